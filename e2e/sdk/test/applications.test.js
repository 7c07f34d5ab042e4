import assert from 'node:assert/strict';

import { group, scenario } from '../lib/scenario.js';

const room = 'group-approval';
const system = '@TIM#SYSTEM';

async function guarded({ server, device }, options = {}) {
  await server.accounts('alice', 'bob', 'carol', 'dave');
  await server.group(room, 'alice', ['carol'], { ApplyJoinOption: 'NeedPermission', Name: 'Approval', ...options });
  return { alice: await device('alice'), dave: await device('dave') };
}

const notice = (type, to = room) => (list) => list.some((m) => m.payload?.operationType === type && m.payload.groupProfile?.groupID === to);
const notices = (device) => device.named('MESSAGE_RECEIVED').flat().filter((m) => m.conversationID === system);
const has = async (device) => (await device.chat.getGroupList()).data.groupList.some((g) => g.groupID === room);

async function apply(device, text = 'let me in') {
  const { data } = await device.chat.joinGroup({ groupID: room, type: device.sdk.TYPES.GRP_PUBLIC, applyMessage: text });
  assert.equal(data.status, device.sdk.TYPES.JOIN_STATUS_WAIT_APPROVAL);
}

async function asked(device) {
  const list = await device.event('MESSAGE_RECEIVED', notice(1));
  return list.find((m) => m.payload.operationType === 1);
}

scenario('an application waits, is accepted by an admin, and brings the group to its applicant', async (test) => {
  const { alice, dave } = await guarded(test);
  await apply(dave);
  assert.equal(await has(dave), false);
  const message = await asked(alice);
  assert.deepEqual(
    [message.payload.operatorID, message.payload.handleMessage ?? message.payload.remarkInfo, message.payload.groupProfile.groupID],
    ['dave', 'let me in', room],
  );
  await alice.chat.handleGroupApplication({ handleAction: 'Agree', handleMessage: 'welcome', message });
  const [accepted] = (await dave.event('MESSAGE_RECEIVED', notice(2))).filter((m) => m.payload.operationType === 2);
  assert.equal(accepted.payload.operatorID, 'alice');
  await dave.until(() => has(dave), 'the group after the approval');
  await alice.event('MESSAGE_RECEIVED', (list) => list.some((m) => m.payload?.operationType === alice.sdk.TYPES.GRP_TIP_MBR_JOIN && m.to === room));

  await alice.say(room, 'welcome');
  await dave.received(group(room), 'welcome');
  assert.deepEqual(notices(alice).map((m) => m.payload.operationType), [1]);
  assert.deepEqual(notices(dave).map((m) => m.payload.operationType), [2]);
  await assert.rejects(alice.chat.handleGroupApplication({ handleAction: 'Agree', message }), { code: 10024 });
});

scenario('a refused applicant learns of it and stays outside', async (test) => {
  const { alice, dave } = await guarded(test);
  await apply(dave);
  await alice.chat.handleGroupApplication({ handleAction: 'Reject', handleMessage: 'not today', message: await asked(alice) });
  const list = await dave.event('MESSAGE_RECEIVED', notice(3));
  assert.equal(list.find((m) => m.payload.operationType === 3).payload.operatorID, 'alice');
  assert.equal(await has(dave), false);
  await apply(dave, 'please');
});

scenario('only admins decide', async (test) => {
  const { alice, dave } = await guarded(test);
  const carol = await test.device('carol');
  await apply(dave);
  const message = await asked(alice);
  await assert.rejects(carol.chat.handleGroupApplication({ handleAction: 'Agree', message }), { code: 10007 });
  await alice.chat.setGroupMemberRole({ groupID: room, userID: 'carol', role: carol.sdk.TYPES.GRP_MBR_ROLE_ADMIN });
  await carol.event('MESSAGE_RECEIVED', notice(9));
  await carol.chat.handleGroupApplication({ handleAction: 'Agree', message });
  await dave.until(() => has(dave), 'the group after the approval');
});

scenario('the list of applications names who waits, and an application is decided from it', async (test) => {
  const { alice, dave } = await guarded(test);
  await apply(dave, '请让我进');
  await asked(alice);
  const { applicationList } = (await alice.chat.getGroupApplicationList()).data;
  assert.deepEqual(
    applicationList.map((a) => [a.applicant, a.applicantNick, a.groupID, a.groupName, a.applicationType, a.note]),
    [['dave', 'DAVE', room, 'Approval', 0, '请让我进']],
  );
  await alice.chat.handleGroupApplication({ handleAction: 'Agree', application: applicationList[0] });
  await dave.until(() => has(dave), 'the group after the approval');
  assert.deepEqual((await alice.chat.getGroupApplicationList()).data.applicationList, []);
}, { only: (version) => version.includes('3.6.6') });

scenario('where inviting needs permission, an admin admits whom a member invited', async (test) => {
  const { alice, dave } = await guarded(test, { InviteJoinOption: 'NeedPermission' });
  const carol = await test.device('carol');
  await carol.chat.addGroupMember({ groupID: room, userIDList: ['dave'] });
  assert.equal(await has(dave), false);
  const { applicationList } = (await alice.chat.getGroupApplicationList()).data;
  assert.deepEqual(applicationList.map((a) => [a.applicant, a.userID, a.applicationType]), [['carol', 'dave', 2]]);
  await alice.chat.handleGroupApplication({ handleAction: 'Agree', application: applicationList[0] });
  await dave.event('MESSAGE_RECEIVED', notice(7));
  await dave.until(() => has(dave), 'the group after the approval');
}, { only: (version) => version.includes('3.6.6') });

scenario('what concerned somebody absent waits for the next login on each device, until it is dealt with', async (test) => {
  const { server, device, make } = test;
  await server.accounts('alice', 'bob', 'carol', 'dave');
  await server.group(room, 'alice', ['bob'], { ApplyJoinOption: 'NeedPermission' });
  await server.group('group-gone', 'bob', ['alice']);
  const bob = await device('bob');
  const dave = await device('dave');
  await apply(dave, 'anybody home?');
  await bob.chat.dismissGroup('group-gone');
  await bob.send(bob.chat.createTextAtMessage({ ...bob.to(room), payload: { text: '@ALICE look', atUserList: ['alice'] } }));

  const alice = make('alice');
  await alice.login();
  await alice.until(async () => (await alice.history(system)).length === 2, 'two notices');
  const waiting = await alice.history(system);
  assert.deepEqual(waiting.map((m) => [m.payload.operationType, m.payload.operatorID]), [[1, 'dave'], [5, 'bob']]); // not invited to what is gone
  const marked = async () => (await alice.conversation(group(room)))?.groupAtInfoList?.[0]?.atTypeArray?.[0] === alice.sdk.TYPES.CONV_AT_ME;
  await alice.until(marked, 'the mention on the conversation');
  await alice.chat.handleGroupApplication({ handleAction: 'Agree', message: waiting[0] });
  await dave.until(() => has(dave), 'the group after the approval');

  const again = await device('alice');
  await again.untilUnread(group(room), 2);
  await again.until(async () => (await again.history(system)).length === 1, 'one notice');
  assert.deepEqual((await again.history(system)).map((m) => m.payload.operationType), [5]);
});

scenario('a notice is not lost with the reply that carried it, nor is it told twice', async (test) => {
  const { server, device, make } = test;
  await server.accounts('alice', 'bob');
  await server.group(room, 'bob', ['alice']);
  await server.faults({ Id: 'lost', ServCmd: 'openim.getmsg', UserId: 'alice', Direction: 'reply', Action: 'disconnect', Count: 1 });
  const alice = make('alice');
  await alice.login();
  await alice.until(async () => (await alice.history(system)).length === 1, 'the invitation, after the reply was lost');
  const bob = await device('bob');
  await bob.chat.dismissGroup(room);
  await alice.until(async () => (await alice.history(system)).length === 2, 'what was pushed');
  const since = Date.now();
  await alice.until(() => Date.now() - since > 1100, 'a second online: who loses a younger connection waits a minute');
  alice.network.down();
  await server.group('group-other', 'bob', ['alice']);
  alice.network.up();
  await alice.until(async () => (await alice.history(system)).length >= 3, 'what was missed meanwhile');
  assert.deepEqual((await alice.history(system)).map((m) => m.payload.operationType), [7, 5, 7]);
});
