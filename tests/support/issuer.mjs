// A real identity provider on loopback: node issuer.mjs PORT CALLBACK [BACKCHANNEL]. Any name may
// sign in there; when one leaves, BACKCHANNEL is told.
import { Provider } from 'oidc-provider';

const [port, callback, backchannel] = process.argv.slice(2);
const client = {
  client_id: 'duban', client_secret: 'made up', redirect_uris: [callback],
  response_types: ['code'], grant_types: ['authorization_code'],
  ...(backchannel && {
    backchannel_logout_uri: backchannel, backchannel_logout_session_required: true,
  }),
};
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [client],
  cookies: { keys: ['made up'] },
  features: { backchannelLogout: { enabled: true } },
  // its own refuses loopback, where all of this test is
  fetch: (address, { dispatcher, ...options }) => fetch(address, options),
  pkce: { required: () => true },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
