import assert from 'node:assert/strict';

import { scenario } from '../lib/scenario.js';

const online = 1;
const offline = 2;

const told = (userID, statusType, customStatus) => (list) =>
  list.some((s) => s.userID === userID && s.statusType === statusType && s.customStatus === customStatus);

scenario('who is there and what they say about themselves is asked for', async ({ server, device }) => {
  await server.accounts('alice', 'bob', 'dave');
  const alice = await device('alice');
  const bob = await device('bob');
  await alice.chat.setSelfStatus({ customStatus: '在仓库 📦' });
  const { data } = await bob.chat.getUserStatus({ userIDList: ['alice', 'dave', 'ghost'] });
  assert.deepEqual(data.successUserList, [
    { userID: 'alice', statusType: online, customStatus: '在仓库 📦' },
    { userID: 'dave', statusType: offline, customStatus: '' },
  ]);
  assert.deepEqual(data.failureUserList.map((u) => [u.userID, u.code]), [['ghost', 70107]]);
  const own = await device('alice');
  assert.deepEqual((await own.chat.getUserStatus({ userIDList: ['alice'] })).data.successUserList, [
    { userID: 'alice', statusType: online, customStatus: '在仓库 📦' },
  ]);
});

scenario('who subscribed hears of every change until unsubscribing', async ({ server, device, make }) => {
  await server.accounts('alice', 'bob', 'carol');
  const bob = await device('bob');
  const carol = await device('carol');
  await bob.chat.subscribeUserStatus({ userIDList: ['alice', 'carol'] });
  const alice = make('alice');
  await alice.login();
  await bob.event('USER_STATUS_UPDATED', told('alice', online, ''));
  await alice.chat.setSelfStatus({ customStatus: '忙' });
  await bob.event('USER_STATUS_UPDATED', told('alice', online, '忙'));
  await alice.chat.logout();
  await bob.event('USER_STATUS_UPDATED', told('alice', offline, ''));
  await bob.chat.unsubscribeUserStatus({ userIDList: ['alice'] });
  await device('alice');
  await carol.chat.setSelfStatus({ customStatus: '来了' });
  await bob.event('USER_STATUS_UPDATED', told('carol', online, '来了'));
  assert.equal(bob.named('USER_STATUS_UPDATED').flat().filter((s) => s.userID === 'alice').length, 3);
  assert.deepEqual(carol.named('USER_STATUS_UPDATED'), []);
});
