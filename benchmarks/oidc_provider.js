// oidc-provider with one client that gets JWT access tokens signed with ES256, kept in memory.
// node oidc_provider.js PORT [PROCESSES]
import cluster from 'node:cluster';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const resource = 'https://api.example.org';

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'benchmark',
    client_secret: 'a-secret-that-only-the-benchmark-knows-0123456789',
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    id_token_signed_response_alg: 'ES256',
    scope: 'book',
  }],
  scopes: ['book'],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'one' }] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      getResourceServerInfo: () => ({
        scope: 'book',
        audience: resource,
        accessTokenTTL: 3600,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
});
const processes = Number(process.argv[3] ?? 1);
if (processes > 1 && cluster.isPrimary) {
  for (let n = 0; n < processes; n += 1) cluster.fork();
} else {
  provider.listen(port, '127.0.0.1');
}
