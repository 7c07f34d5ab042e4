import assert from 'node:assert/strict';

import { Native } from '../lib/native.js';
import { c2c, scenario } from '../lib/scenario.js';

async function online({ server }, user) {
  const reply = await server.must('openim/query_online_status', { To_Account: [user], IsNeedDetail: 1 });
  const [{ Status, Detail }] = reply.QueryResult;
  return [Status, (Detail ?? []).map((d) => d.Platform).sort()];
}

// displaced waits for the kick, and then for something that reaches the other device: the displaced one did not come back meanwhile.
async function displaced(old, type, check) {
  assert.equal((await old.event('KICKED_OUT')).type, old.sdk.TYPES[type]);
  await check();
  assert.equal(old.named('KICKED_OUT').length, 1);
}

scenario('by default devices on all platforms are logged in at once', async (test) => {
  await test.server.accounts('alice', 'bob');
  const [one, two] = [await test.device('alice'), await test.device('alice')];
  const phone = await Native.login(test.server, 'alice', 'iPhone');
  const desktop = await Native.login(test.server, 'alice', 'Windows');
  assert.deepEqual(await online(test, 'alice'), ['Online', ['PC', 'Web', 'iPhone']]);
  phone.close();
  await one.until(async () => (await online(test, 'alice'))[1].join() === 'PC,Web', 'the phone to go');
  desktop.close();
  await one.chat.logout();
  await two.until(async () => (await online(test, 'alice'))[1].join() === 'Web', 'the desktop to go');
  await two.chat.logout();
  assert.deepEqual(await online(test, 'alice'), ['Offline', []]);
});

scenario('with one login a platform a further page takes the place of the first, for good', async (test) => {
  await test.server.accounts('alice', 'bob');
  const bob = await test.device('bob');
  const old = await test.device('alice');
  const fresh = await test.device('alice');
  await displaced(old, 'KICKED_OUT_MULT_ACCOUNT', async () => {
    await bob.say('alice', 'which one?');
    await fresh.received(c2c('bob'), 'which one?');
  });
  assert.deepEqual(fresh.named('KICKED_OUT'), []);
  assert.deepEqual(old.messages(c2c('bob')), []);
  await old.chat.login({ userID: 'alice', userSig: test.server.sign('alice') }); // it may, and now the other one goes
  await fresh.event('KICKED_OUT');
}, { flags: ['--logins-per-platform', '1'] });

scenario('with a policy of one platform a phone takes the place of a page', async (test) => {
  await test.server.accounts('alice', 'bob');
  const bob = await test.device('bob');
  const web = await test.device('alice');
  const phone = await Native.login(test.server, 'alice', 'Android');
  await displaced(web, 'KICKED_OUT_MULT_DEVICE', async () => {
    await bob.say('alice', 'hello phone');
    await phone.frame((frame) => JSON.stringify(frame.body).includes('hello phone'));
  });
  assert.deepEqual(await online(test, 'alice'), ['Online', ['Android']]);
  phone.close();
}, { flags: ['--login-policy', 'single'] });

scenario('with a dual policy a page stays beside a phone, which a desktop displaces', async (test) => {
  await test.server.accounts('alice');
  const web = await test.device('alice');
  const phone = await Native.login(test.server, 'alice', 'iPhone');
  const desktop = await Native.login(test.server, 'alice', 'Mac');
  const kick = await phone.frame((frame) => frame.head.servcmd === 'im_open_status.stat_forceoffline');
  assert.equal(kick.body.EventArray[0].C2cNotifyMsgArray[0].KickoutMsgNotify.KickType, 2);
  assert.deepEqual(await online(test, 'alice'), ['Online', ['Mac', 'Web']]);
  assert.deepEqual(web.named('KICKED_OUT'), []);
  phone.close();
  desktop.close();
}, { flags: ['--login-policy', 'dual'] });
