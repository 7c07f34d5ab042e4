// Invitations with the consent of the invited. The SDKs answer them by an experimental call, with the notice as it came.

import assert from 'node:assert/strict';

import { scenario } from '../lib/scenario.js';

const room = 'group-invited';
const system = '@TIM#SYSTEM';
const options = { flags: ['--invite-consent'] };

const notices = (device) => device.named('MESSAGE_RECEIVED').flat().filter((m) => m.conversationID === system);
const types = (device) => notices(device).map((m) => m.payload.operationType);
const has = async (device) => (await device.chat.getGroupList()).data.groupList.some((g) => g.groupID === room);

async function noticed(device, type) {
  const find = () => notices(device).find((m) => m.payload.operationType === type);
  await device.until(find, `notice ${type}`);
  return find();
}

const answer = (device, message, handleAction, handleMessage) =>
  device.chat.callExperimentalAPI('handleGroupInvitation', { message, handleAction, handleMessage });

async function shop(server) {
  await server.accounts('alice', 'bob', 'carol', 'dave');
  await server.group(room, 'alice', ['bob']);
}

scenario('an invited user agrees, once, and everybody learns of it once', async ({ server, device }) => {
  await shop(server);
  const [alice, bob, carol] = [await device('alice'), await device('bob'), await device('carol')];
  await bob.chat.addGroupMember({ groupID: room, userIDList: ['carol'] });
  assert.equal(await has(carol), false);
  const message = await noticed(carol, 12);
  assert.deepEqual([message.payload.operatorID, message.payload.groupProfile.groupID], ['bob', room]);
  await answer(carol, message, 'Agree');
  await carol.until(() => has(carol), 'the group');
  await alice.event('MESSAGE_RECEIVED', (list) => list.some((m) => m.payload?.operationType === alice.sdk.TYPES.GRP_TIP_MBR_JOIN && m.to === room));
  assert.equal((await noticed(bob, 13)).payload.operatorID, 'carol');
  await assert.rejects(answer(carol, message, 'Agree'), { code: 10024 });
  await alice.say(room, 'welcome');
  await carol.received(`GROUP${room}`, 'welcome');
  assert.deepEqual([types(alice), types(bob), types(carol)], [[], [13], [12, 7]]);
}, options);

scenario('an invitation waits for who is absent, who declines it', async ({ server, device }) => {
  await shop(server);
  const bob = await device('bob');
  await bob.chat.addGroupMember({ groupID: room, userIDList: ['dave'] });
  const dave = await device('dave');
  await dave.until(async () => (await dave.history(system)).length === 1, 'the invitation');
  const [message] = await dave.history(system);
  assert.equal(message.payload.operationType, 12);
  await answer(dave, message, 'Reject', 'not today');
  const told = await noticed(bob, 14);
  assert.deepEqual([told.payload.operatorID, told.payload.handleMessage ?? told.payload.remarkInfo], ['dave', 'not today']);
  assert.equal(await has(dave), false);
  await assert.rejects(answer(dave, message, 'Agree'), { code: 10024 });
}, options);

scenario('members added by the app admin are asked nothing', async ({ server, device }) => {
  await shop(server);
  const carol = await device('carol');
  await server.rest('group_open_http_svc/add_group_member', { GroupId: room, MemberList: [{ Member_Account: 'carol' }] });
  await noticed(carol, 7);
  assert.deepEqual(types(carol), [7]);
}, options);

scenario('reddot and the SDK invite each other', async ({ server, device, terminal }) => {
  await shop(server);
  const [bob, dave] = [await device('bob'), await device('dave')];
  const [alice, carol] = [terminal('alice'), terminal('carol')];
  const [invited] = await alice.run('group', 'invite', room, 'dave');
  assert.equal(JSON.stringify(invited).includes('awaits_consent'), true, JSON.stringify(invited));
  await answer(dave, await noticed(dave, 12), 'Agree');
  await dave.until(() => has(dave), 'the group');

  await bob.chat.addGroupMember({ groupID: room, userIDList: ['carol'] });
  const [waiting] = await carol.run('group', 'applications');
  assert.deepEqual([waiting.group, waiting.user, waiting.by], [room, 'carol', 'bob']);
  await carol.run('group', 'approve', room, 'carol');
  assert.equal((await noticed(bob, 13)).payload.operatorID, 'carol');
  assert.equal((await carol.run('groups')).some((g) => g.group === room || g.id === room), true);
}, options);
