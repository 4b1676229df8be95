// simple-oauth2: told every address, as it knows no metadata.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { AuthorizationCode, ClientCredentials } from 'simple-oauth2';
import { browse, site, tell } from './talk.mjs';

const { id, secret, callback } = site.clients.backend;
const path = (endpoint) => new URL(endpoint).pathname;

const config = (authorizationMethod, more = {}) => ({
  client: { id, secret },
  auth: {
    tokenHost: new URL(site.metadata.token_endpoint).origin,
    tokenPath: path(site.metadata.token_endpoint),
    revokePath: path(site.metadata.revocation_endpoint),
    ...more,
  },
  options: { authorizationMethod },
});

async function forAProgram(method) {
  const client = new ClientCredentials(config(method));
  const token = await client.getToken({ scope: site.scope });
  assert.equal(token.expired(), false);
  return token.token.access_token;
}

async function forAPerson(method) {
  const authorizePath = path(site.metadata.authorization_endpoint);
  const client = new AuthorizationCode(config(method, { authorizePath }));
  const state = randomBytes(16).toString('hex');
  const verifier = randomBytes(32).toString('base64url');
  const back = await browse(
    client.authorizeURL({
      redirect_uri: callback,
      scope: site.scope,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }),
  );
  assert.equal(back.searchParams.get('state'), state);
  const first = await client.getToken({
    code: back.searchParams.get('code'),
    redirect_uri: callback,
    code_verifier: verifier,
  });
  const second = await first.refresh();
  return [first, second];
}

const found = { program: {}, person: {}, revoked: {} };
for (const method of ['header', 'body']) {
  found.program[method] = await forAProgram(method);
  const kept = await forAPerson(method);
  assert.notEqual(kept[0].token.refresh_token, kept[1].token.refresh_token);
  found.person[method] = kept.map(({ token }) => token.access_token);
  const ended = await forAPerson(method);
  await ended[1].revokeAll();
  found.revoked[method] = ended.map(({ token }) => token.access_token);
}
tell(found);
