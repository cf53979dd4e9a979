// A real identity provider on loopback: node issuer.mjs PORT CALLBACK. Any name may sign in there.
import { Provider } from 'oidc-provider';

const [port, callback] = process.argv.slice(2);
const client = {
  client_id: 'duban', client_secret: 'made up', redirect_uris: [callback],
  response_types: ['code'], grant_types: ['authorization_code'],
};
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [client],
  cookies: { keys: ['made up'] },
  pkce: { required: () => true },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
