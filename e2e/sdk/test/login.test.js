import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

import { appID, binary } from '../lib/server.js';
import { c2c, scenario } from '../lib/scenario.js';

scenario('a good signature logs in, and the profile is there', async ({ server, device }) => {
  await server.accounts('alice');
  const alice = await device('alice');
  const { data } = await alice.chat.getMyProfile();
  assert.equal(data.userID, 'alice');
  assert.equal(data.nick, 'ALICE');
  assert.equal(alice.chat.getLoginUser?.() ?? 'alice', 'alice');
});

scenario('the first login makes the account', async ({ server, device }) => {
  await device('newcomer');
  const reply = await server.must('im_open_login_svc/account_check', { CheckItem: [{ UserID: 'newcomer' }] });
  assert.equal(reply.ResultItem[0].AccountStatus, 'Imported');
});

scenario('a signature printed by the command logs in', async ({ server, make }) => {
  const sig = execFileSync(binary, ['usersig', '--user', 'alice', '--app-id', String(appID), '--secret-key', server.key]);
  const alice = make('alice');
  await alice.login(String(sig).trim());
});

scenario('text frames work as binary ones do', async ({ make, device }) => {
  const bob = await device('bob');
  const alice = make('alice', { devMode: true });
  await alice.login();
  await bob.say('alice', '你好 😀');
  const got = await alice.received(c2c('bob'), '你好 😀');
  await alice.say('bob', `${got.payload.text} 收到`);
  await bob.received(c2c('alice'), '你好 😀 收到');
});

const hourAgo = () => Math.floor(Date.now() / 1000) - 3600;

scenario('bad signatures are refused by their code', async ({ server, make }) => {
  const cases = {
    'of another user': [70013, server.sign('mallory')],
    'of another application': [70014, server.sign('alice', { appID: appID + 1 })],
    'of another key': [70009, server.sign('alice', { key: 'wrong' })],
    'that is expired': [70001, server.sign('alice', { time: hourAgo(), expire: 60 })],
    'that is no signature': [70003, 'not-a-signature'],
  };
  for (const [what, [code, sig]] of Object.entries(cases)) {
    const alice = make('alice');
    await assert.rejects(alice.chat.login({ userID: 'alice', userSig: sig }), (error) => {
      assert.equal(error.code, code, `signature ${what}: ${error.code} ${error.message}`);
      return true;
    });
    assert.deepEqual(alice.named('SDK_READY'), []);
  }
});

scenario('a kick over REST ends the session and its signature', async ({ server, make, device }) => {
  const sig = server.sign('alice');
  const alice = make('alice');
  await alice.login(sig);
  alice.chat.on(alice.sdk.EVENT.KICKED_OUT, () => alice.network.down()); // the SDK would log in again, and throw
  await server.must('im_open_login_svc/kick', { UserID: 'alice' });
  const kicked = await alice.event('KICKED_OUT');
  assert.equal(kicked.type, alice.sdk.TYPES.KICKED_OUT_REST_API);
  await assert.rejects(make('alice').chat.login({ userID: 'alice', userSig: sig }), { code: 70001 });
});
