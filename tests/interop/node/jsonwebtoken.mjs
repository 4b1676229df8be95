// jsonwebtoken with jwks-rsa: how most APIs in Express validate.

import jwt from 'jsonwebtoken';
import { JwksClient } from 'jwks-rsa';
import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { site, tell } from './talk.mjs';

const client = new JwksClient({ jwksUri: site.jwksUri });
const key = (header, done) =>
  client.getSigningKey(header.kid, (error, found) => done(error, found?.getPublicKey()));
const verify = promisify(jwt.verify);

const expected = { issuer: site.issuer, audience: site.resource, algorithms: [site.algorithm] };
const claims = await verify(site.token, key, expected);

const other = site.algorithm === 'ES256' ? 'RS256' : 'ES256';
for (const [wrong, message] of [
  [{ audience: 'https://other.example' }, /audience/],
  [{ issuer: `${site.issuer}-2` }, /issuer/],
  [{ algorithms: [other] }, /algorithm/],
]) {
  await assert.rejects(verify(site.token, key, { ...expected, ...wrong }), { message });
}

tell(claims);
