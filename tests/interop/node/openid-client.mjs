// openid-client: one configuration from the issuer's metadata, then everything through it.

import { importJWK } from 'jose';
import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { browse, site, tell } from './talk.mjs';

const { backend, keyed, app } = site.clients;
const onLoopback = { execute: [client.allowInsecureRequests] };

const discovered = (algorithm, { id }, auth) =>
  client.discovery(new URL(site.issuer), id, undefined, auth, { algorithm, ...onLoopback });

async function withKey(algorithm) {
  const key = await importJWK(keyed[algorithm].jwk, algorithm);
  return discovered('oauth2', keyed[algorithm], client.PrivateKeyJwt(key));
}

async function forAProgram(config) {
  const { access_token: token } = await client.clientCredentialsGrant(config, {
    scope: site.scope,
  });
  return token;
}

// A code with PKCE, tokens for it, and other tokens for the first refresh token.
async function forAPerson(config, { callback }, parameters = {}, options = undefined) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: site.scope,
    state: expectedState,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
  const checks = { pkceCodeVerifier, expectedState };
  const back = await browse(address);
  const first = await client.authorizationCodeGrant(config, back, checks, undefined, options);
  const second = await client.refreshTokenGrant(config, first.refresh_token, undefined, options);
  assert.notEqual(first.refresh_token, second.refresh_token);
  return [first, second];
}

const configurations = {
  client_secret_basic: [
    backend,
    await discovered('oauth2', backend, client.ClientSecretBasic(backend.secret)),
  ],
  client_secret_post: [
    backend,
    await discovered('oidc', backend, client.ClientSecretPost(backend.secret)),
  ],
  ES256: [keyed.ES256, await withKey('ES256')],
  RS256: [keyed.RS256, await withKey('RS256')],
};
const found = { program: {}, person: {}, revoked: [], bound: {} };

for (const [method, [registered, config]] of Object.entries(configurations)) {
  const token = (found.program[method] = await forAProgram(config));
  assert.equal((await client.tokenIntrospection(config, token)).active, true);
  const tokens = await forAPerson(config, registered);
  found.person[method] = tokens.map(({ access_token: token }) => token);
  const answer = await client.fetchProtectedResource(
    config,
    tokens[1].access_token,
    new URL(site.api),
    'GET',
  );
  assert.equal(answer.status, 200);
}

const [, config] = configurations.client_secret_basic;
const ended = await forAPerson(config, backend);
await client.tokenRevocation(config, ended[1].refresh_token);
for (const { access_token: token } of ended) {
  assert.deepEqual(await client.tokenIntrospection(config, token), { active: false });
  found.revoked.push(token);
}
await assert.rejects(client.refreshTokenGrant(config, ended[1].refresh_token), {
  error: 'invalid_grant',
});

// DPoP (RFC 9449) by a public client: code, tokens and refresh token belong to its key.
const native = await discovered('oauth2', app, client.None());
for (const algorithm of native.serverMetadata().dpop_signing_alg_values_supported) {
  const DPoP = client.getDPoPHandle(native, await client.randomDPoPKeyPair(algorithm));
  const parameters = { dpop_jkt: await DPoP.calculateThumbprint() };
  const tokens = await forAPerson(native, app, parameters, { DPoP });
  assert.equal(tokens[1].token_type, 'dpop');
  const answer = await client.fetchProtectedResource(
    native,
    tokens[1].access_token,
    new URL(site.api),
    'GET',
    undefined,
    undefined,
    { DPoP },
  );
  assert.equal(answer.status, 200);
  await assert.rejects(client.refreshTokenGrant(native, tokens[1].refresh_token), {
    error: 'invalid_grant',
  });
  found.bound[algorithm] = tokens.map(({ access_token: token }) => token);
}

tell(found);
