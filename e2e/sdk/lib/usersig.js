// UserSig made here, independently of the server's own code, so that a mistake there cannot agree with itself.

import { createHmac } from 'node:crypto';
import { deflateSync } from 'node:zlib';

// userSig signs a user id. Times are seconds since 1970.
export function userSig({ appID, key, user, expire = 86400, time = Math.floor(Date.now() / 1000) }) {
  const signed = `TLS.identifier:${user}\nTLS.sdkappid:${appID}\nTLS.time:${time}\nTLS.expire:${expire}\n`;
  const fields = {
    'TLS.ver': '2.0',
    'TLS.identifier': user,
    'TLS.sdkappid': appID,
    'TLS.expire': expire,
    'TLS.time': time,
    'TLS.sig': createHmac('sha256', key).update(signed).digest('base64'),
  };
  const text = deflateSync(JSON.stringify(fields)).toString('base64');
  return text.replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_');
}
