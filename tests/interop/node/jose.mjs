// jose: an API's validation of an access token by RFC 9068, with the published keys.

import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import assert from 'node:assert/strict';
import { site, tell } from './talk.mjs';

const keys = createRemoteJWKSet(new URL(site.jwksUri));
const expected = {
  issuer: site.issuer,
  audience: site.resource,
  typ: 'at+jwt',
  algorithms: [site.algorithm],
  requiredClaims: ['sub', 'client_id', 'iat', 'exp', 'jti'],
};
const { payload } = await jwtVerify(site.token, keys, expected);

const other = site.algorithm === 'ES256' ? 'RS256' : 'ES256';
for (const wrong of [
  { audience: 'https://other.example' },
  { issuer: `${site.issuer}-2` },
  { typ: 'JWT' },
]) {
  await assert.rejects(
    jwtVerify(site.token, keys, { ...expected, ...wrong }),
    errors.JWTClaimValidationFailed,
  );
}
await assert.rejects(
  jwtVerify(site.token, keys, { ...expected, algorithms: [other] }),
  errors.JOSEAlgNotAllowed,
);
const [head, body, signature] = site.token.split('.');
const forged = `${head}.${body}.${signature.slice(1)}${signature[0]}`;
await assert.rejects(jwtVerify(forged, keys, expected), errors.JWSSignatureVerificationFailed);

tell(payload);
