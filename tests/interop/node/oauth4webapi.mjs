// oauth4webapi: it knows the API's address and who it is. Where the authorization server is, what
// it offers and how it wants to be asked, the documents say; and all of what they say is tried.

import { importJWK } from 'jose';
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { browse, site, tell } from './talk.mjs';

const { backend, keyed, app } = site.clients;
const onLoopback = { [oauth.allowInsecureRequests]: true };
const api = new URL(site.api);

// The API's refusal names its description (RFC 9728 §5.1). Which account is meant, the refusal
// of nobody cannot say; its description is at the account's own address.
const refusal = await oauth
  .protectedResourceRequest('x', 'GET', api, undefined, undefined, onLoopback)
  .catch((error) => error);
assert.ok(refusal instanceof oauth.WWWAuthenticateChallengeError);
assert.equal(refusal.cause[0].scheme, 'bearer');
assert.equal(refusal.cause[0].parameters.error, 'invalid_token');
const described = new URL(refusal.cause[0].parameters.resource_metadata);
const audience = new URL(site.resource);
const discoveredRoot = await oauth.resourceDiscoveryRequest(audience, onLoopback);
assert.equal(discoveredRoot.url, described.href);
const root = await oauth.processResourceDiscoveryResponse(audience, discoveredRoot);
assert.equal(root.authorization_servers, undefined);
const resource = await oauth.processResourceDiscoveryResponse(
  audience,
  await oauth.resourceDiscoveryRequest(new URL(site.issuer), onLoopback),
);

const [issuer] = resource.authorization_servers.map((text) => new URL(text));
const discover = async (algorithm) =>
  oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm, ...onLoopback }),
  );
const as = await discover('oauth2');
// The same for OpenID readers, with the two members without which they refuse a document.
assert.deepEqual(await discover('oidc'), {
  ...as,
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256', 'ES256'],
});

// By an advertised method: the clients that authenticate so, and how.
const callers = {
  client_secret_basic: () => [[backend, oauth.ClientSecretBasic(backend.secret)]],
  client_secret_post: () => [[backend, oauth.ClientSecretPost(backend.secret)]],
  private_key_jwt: (algorithms) =>
    Promise.all(
      algorithms.map(async (algorithm) => {
        const { jwk } = keyed[algorithm];
        const key = { key: await importJWK(jwk, algorithm), kid: jwk.kid };
        return [keyed[algorithm], oauth.PrivateKeyJwt(key)];
      }),
    ),
  none: () => [[app, oauth.None()]],
};
const callersAt = async (endpoint) => {
  const algorithms = as[`${endpoint}_endpoint_auth_signing_alg_values_supported`];
  const methods = as[`${endpoint}_endpoint_auth_methods_supported`];
  const found = methods.map(async (method) => [method, await callers[method](algorithms)]);
  return (await Promise.all(found)).flatMap(([method, all]) =>
    all.map(([registered, auth]) => ({
      method,
      registered,
      client: { client_id: registered.id },
      auth,
    })),
  );
};

// By an advertised grant: tokens that a caller gets with it.
const grants = {
  async client_credentials({ client, auth }, options) {
    const asked = oauth.clientCredentialsGrantRequest(
      as,
      client,
      auth,
      { scope: site.scope },
      options,
    );
    return oauth.processClientCredentialsResponse(as, client, await asked);
  },
  async authorization_code({ client, auth, registered }, options, prompt = undefined) {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const address = new URL(as.authorization_endpoint);
    address.search = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: registered.callback,
      response_type: as.response_types_supported[0],
      response_mode: as.response_modes_supported[0],
      scope: site.scope,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: as.code_challenge_methods_supported[0],
      ...(prompt && { prompt }),
      ...(options.DPoP && { dpop_jkt: await options.DPoP.calculateThumbprint() }),
    });
    // It insists on the issuer (RFC 9207), which the metadata promises.
    const answer = oauth.validateAuthResponse(as, client, await browse(address), state);
    const asked = oauth.authorizationCodeGrantRequest(
      as,
      client,
      auth,
      answer,
      registered.callback,
      verifier,
      options,
    );
    return oauth.processAuthorizationCodeResponse(as, client, await asked);
  },
  async refresh_token(caller, options) {
    const { client, auth } = caller;
    const { refresh_token } = await grants.authorization_code(caller, options);
    const asked = oauth.refreshTokenGrantRequest(as, client, auth, refresh_token, options);
    return oauth.processRefreshTokenResponse(as, client, await asked);
  },
};

const request = (token, options) =>
  oauth.protectedResourceRequest(token, 'GET', api, undefined, undefined, options);

// What an API does that leaves validation to this library (RFC 9068 §4).
const validated = (token) =>
  oauth.validateJwtAccessToken(
    as,
    new Request(api, { headers: { Authorization: `Bearer ${token}` } }),
    resource.resource,
    { ...onLoopback, signingAlgorithms: [site.algorithm] },
  );

const found = { tokens: [], bound: [], prompts: [], introspected: [], revoked: [] };

const atTokenEndpoint = await callersAt('token');
for (const caller of atTokenEndpoint) {
  const { method, client } = caller;
  for (const grant of as.grant_types_supported) {
    if (method === 'none' && grant === 'client_credentials') {
      // RFC 6749 §4.4: for confidential clients only
      await assert.rejects(grants[grant](caller, onLoopback), { error: 'unauthorized_client' });
      continue;
    }
    const { access_token: token, scope } = await grants[grant](caller, onLoopback);
    assert.equal(scope, site.scope);
    assert.equal((await validated(token)).client_id, client.client_id);
    assert.equal((await request(token, onLoopback)).status, 200);
    found.tokens.push({ method, grant, token });
  }
}

for (const algorithm of as.dpop_signing_alg_values_supported) {
  for (const caller of atTokenEndpoint) {
    const { method, client } = caller;
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair(algorithm));
    const bound = { DPoP, ...onLoopback };
    for (const grant of as.grant_types_supported) {
      if (method === 'none' && grant === 'client_credentials') continue;
      const { access_token: token, token_type: type } = await grants[grant](caller, bound);
      assert.equal(type, 'dpop');
      assert.ok(resource.dpop_signing_alg_values_supported.includes(algorithm));
      assert.equal((await request(token, bound)).status, 200);
      await assert.rejects(request(token, onLoopback), oauth.WWWAuthenticateChallengeError);
      found.bound.push({ method, grant, token });
    }
  }
}

// By now the person has signed in and let this client in, so that nobody need be asked.
for (const prompt of as.prompt_values_supported) {
  const { access_token: token } = await grants.authorization_code(
    atTokenEndpoint[0],
    onLoopback,
    prompt,
  );
  assert.equal((await request(token, onLoopback)).status, 200);
  found.prompts.push(prompt);
}

const { access_token: asked } = await grants.client_credentials(atTokenEndpoint[0], onLoopback);
for (const { method, client, auth } of await callersAt('introspection')) {
  const answer = await oauth.introspectionRequest(as, client, auth, asked, onLoopback);
  const told = await oauth.processIntrospectionResponse(as, client, answer);
  assert.equal(told.active, true);
  assert.equal(told.iss, as.issuer);
  found.introspected.push(method);
}

for (const caller of await callersAt('revocation')) {
  const { method, client, auth } = caller;
  const { access_token: token, refresh_token } = await grants.authorization_code(
    caller,
    onLoopback,
  );
  const answer = await oauth.revocationRequest(as, client, auth, refresh_token, onLoopback);
  await oauth.processRevocationResponse(answer);
  await assert.rejects(request(token, onLoopback), oauth.WWWAuthenticateChallengeError);
  found.revoked.push(method);
}

// A refusal of somebody known names their account's description.
const { access_token: narrow } = await grants.client_credentials(atTokenEndpoint[0], onLoopback);
const forbidden = await oauth
  .protectedResourceRequest(narrow, 'GET', new URL(site.adminApi), undefined, undefined, onLoopback)
  .catch((error) => error);
const { parameters } = forbidden.cause[0];
assert.equal(parameters.error, 'insufficient_scope');
assert.ok(resource.scopes_supported.includes(parameters.scope));
assert.deepEqual(await (await fetch(parameters.resource_metadata)).json(), resource);

tell({ metadata: as, ...found });
