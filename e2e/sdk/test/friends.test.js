import assert from 'node:assert/strict';

import { c2c, scenario } from '../lib/scenario.js';

// 2.27.6 has no friends in its default bundle.
const withFriends = { only: (version) => version.startsWith('@tencentcloud/chat') };

const friends = async (device) => (await device.chat.getFriendList()).data.map((f) => f.userID).sort();

scenario('friends are there on both sides at once, and on the next device', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  const alice = await device('alice'), bob = await device('bob');
  const { TYPES } = alice.sdk;
  const { data } = await alice.chat.addFriend({ to: 'bob', source: 'AddSource_Type_Web', remark: 'Bobby', type: TYPES.SNS_ADD_TYPE_BOTH });
  assert.equal(data.code, 0);
  await alice.until(async () => (await friends(alice)).includes('bob'), 'bob in the list');
  await bob.until(async () => (await friends(bob)).includes('alice'), 'alice in the list');
  const again = await device('alice');
  await again.until(async () => (await friends(again)).includes('bob'), 'bob on another device');
  await again.until(async () => (await again.chat.getFriendList()).data[0].remark === 'Bobby', 'the remark');

  await alice.chat.updateFriend({ userID: 'bob', remark: '鲍勃' });
  await again.until(async () => (await again.chat.getFriendList()).data[0].remark === '鲍勃', 'the new remark');
  const check = await bob.chat.checkFriend({ userIDList: ['alice'], type: TYPES.SNS_CHECK_TYPE_BOTH });
  assert.equal(check.data.successUserIDList[0].relation, TYPES.SNS_TYPE_BOTH_WAY);

  await alice.chat.deleteFriend({ userIDList: ['bob'], type: TYPES.SNS_DELETE_TYPE_BOTH });
  for (const each of [alice, again, bob]) await each.until(async () => (await friends(each)).length === 0, 'an empty list');
}, withFriends);

scenario('who confirms friends is asked and answers', async ({ server, device }) => {
  await server.accounts('alice', 'bob', 'carol');
  const alice = await device('alice'), bob = await device('bob');
  const { TYPES } = alice.sdk;
  await bob.chat.updateMyProfile({ allowType: TYPES.ALLOW_TYPE_NEED_CONFIRM });
  const { data } = await alice.chat.addFriend({ to: 'bob', source: 'AddSource_Type_Web', wording: '加一下' });
  assert.equal(data.code, 30539);
  const application = () => bob.chat.getFriendApplicationList().then(({ data: list }) => list);
  await bob.until(async () => (await application()).friendApplicationList.length === 1, 'the application');
  const { friendApplicationList: [asked], unreadCount } = await application();
  assert.deepEqual([asked.userID, asked.wording, asked.type, unreadCount], ['alice', '加一下', TYPES.SNS_APPLICATION_SENT_TO_ME, 1]);
  await bob.chat.setFriendApplicationRead();
  await bob.until(async () => (await application()).unreadCount === 0, 'the application as read');
  await bob.chat.acceptFriendApplication({ userID: 'alice', type: TYPES.SNS_APPLICATION_AGREE_AND_ADD });
  for (const [each, other] of [[alice, 'bob'], [bob, 'alice']]) await each.until(async () => (await friends(each)).includes(other), other);
  await bob.until(async () => (await application()).friendApplicationList.length === 0, 'no application left');

  const carol = await device('carol');
  await carol.chat.addFriend({ to: 'bob', source: 'AddSource_Type_Web' });
  await bob.until(async () => (await application()).friendApplicationList.length === 1, 'the second application');
  await bob.chat.refuseFriendApplication({ userID: 'carol' });
  await bob.until(async () => (await application()).friendApplicationList.length === 0, 'nothing to answer');
  assert.deepEqual(await friends(carol), []);
}, withFriends);

scenario('friends are sorted into groups', async ({ server, device }) => {
  await server.accounts('alice', 'bob', 'carol');
  const alice = await device('alice');
  for (const to of ['bob', 'carol']) await alice.chat.addFriend({ to, source: 'AddSource_Type_Web' });
  await alice.until(async () => (await friends(alice)).length === 2, 'two friends');
  await alice.chat.createFriendGroup({ name: '客户', userIDList: ['bob'] });
  await alice.chat.addToFriendGroup({ name: '客户', userIDList: ['carol'] });
  await alice.chat.removeFromFriendGroup({ name: '客户', userIDList: ['bob'] });
  await alice.chat.renameFriendGroup({ oldName: '客户', newName: '老客户' });
  const again = await device('alice');
  const groups = async () => (await again.chat.getFriendGroupList()).data.map((g) => [g.name, g.userIDList]);
  await again.until(async () => (await groups()).length === 1, 'the group');
  assert.deepEqual(await groups(), [['老客户', ['carol']]]);
  await alice.chat.deleteFriendGroup({ name: '老客户' });
}, withFriends);

scenario('who is blocked cannot write', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  const alice = await device('alice'), bob = await device('bob');
  await alice.chat.addToBlacklist({ userIDList: ['bob'] });
  await assert.rejects(bob.say('alice', 'let me'), (error) => error.code === 20007);
  const again = await device('alice');
  await again.until(async () => (await again.chat.getBlacklist()).data.includes('bob'), 'the block list');
  await alice.chat.removeFromBlacklist({ userIDList: ['bob'] });
  await bob.say('alice', 'thanks');
  await alice.received(c2c('bob'), 'thanks');
});
