import assert from 'node:assert/strict';

import { c2c, group, scenario, texts } from '../lib/scenario.js';

const room = 'group-room';

const once = (device, conversationID, text) =>
  assert.equal(device.messages(conversationID).filter((m) => m.payload?.text === text).length, 1, `${text} must be raised once`);

scenario('what was missed while the socket was gone is raised once, and unread is right', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'bob', ['alice']);
  await server.group('group-second', 'bob', ['alice']);
  const [alice, bob] = [await device('alice'), await device('bob')];
  await bob.say(room, 'before');
  await bob.say('group-second', 'before elsewhere'); // the SDK fetches what it missed only where it has heard something before
  await bob.say('alice', 'before too');
  await alice.received(group(room), 'before');
  await alice.received(group('group-second'), 'before elsewhere');
  await alice.received(c2c('bob'), 'before too');

  alice.network.down();
  for (const text of ['missed 1', 'missed 2', 'missed 3']) await bob.say(room, text);
  await bob.say('group-second', 'missed elsewhere');
  for (const text of ['private 1', 'private 2']) await bob.say('alice', text);
  alice.network.up();

  for (const text of ['missed 1', 'missed 2', 'missed 3']) await alice.received(group(room), text);
  await alice.received(group('group-second'), 'missed elsewhere');
  for (const text of ['private 1', 'private 2']) await alice.received(c2c('bob'), text);
  await bob.say(room, 'after');
  await alice.received(group(room), 'after');
  await bob.say('alice', 'after');
  await alice.received(c2c('bob'), 'after');

  for (const text of ['before', 'missed 1', 'missed 2', 'missed 3', 'after']) once(alice, group(room), text);
  for (const text of ['before too', 'private 1', 'private 2', 'after']) once(alice, c2c('bob'), text);
  once(alice, group('group-second'), 'missed elsewhere');
  await alice.untilUnread(group(room), 5);
  await alice.untilUnread(group('group-second'), 2);
  await alice.untilUnread(c2c('bob'), 4);
});

scenario('a tip that was shown is not shown again after a reconnect', async ({ server, device }) => {
  await server.accounts('alice', 'bob', 'carol');
  await server.group(room, 'alice', ['bob', 'carol']);
  const [alice, bob] = [await device('alice'), await device('bob')];
  const { GRP_TIP_MBR_KICKED_OUT } = bob.sdk.TYPES;
  const tips = () => bob.messages(group(room)).filter((m) => m.payload.operationType === GRP_TIP_MBR_KICKED_OUT);
  await alice.chat.deleteGroupMember({ groupID: room, userIDList: ['carol'] });
  await bob.until(() => tips().length === 1, 'the tip');
  await alice.say(room, 'before');
  await bob.received(group(room), 'before');

  bob.network.down();
  await alice.say(room, 'missed');
  bob.network.up();
  await bob.received(group(room), 'missed');
  assert.equal(tips().length, 1);
});

// The older SDK keeps its own count over a reconnect and adds what it fetches, whatever the conversation list says.
const followsList = { only: (version) => version.startsWith('@tencentcloud/chat') };

scenario('what was read elsewhere meanwhile is read after the reconnect', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'bob', ['alice']);
  const [phone, web, bob] = [await device('alice'), await device('alice'), await device('bob')];
  await bob.say(room, 'one');
  await phone.untilUnread(group(room), 1);
  await web.untilUnread(group(room), 1);
  phone.network.down();
  await bob.say(room, 'two');
  await web.untilUnread(group(room), 2);
  await web.chat.setMessageRead({ conversationID: group(room) });
  await web.untilUnread(group(room), 0);
  phone.network.up();
  await phone.received(group(room), 'two');
  await phone.untilUnread(group(room), 0);
}, followsList);

// sendsOnce cuts the socket between a send and its answer.
const sendsOnce = (servCmd, to, conversation) => async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'alice', ['bob']);
  const [alice, bob] = [await device('alice'), await device('bob')];
  await server.faults({ Id: 'cut', ServCmd: servCmd, UserId: 'alice', Direction: 'reply', Action: 'disconnect', Count: 1 });
  const sent = await alice.say(to, 'say it once');
  await alice.say(to, 'last');
  await bob.received(conversation, 'last');
  once(bob, conversation, 'say it once');
  await bob.untilUnread(conversation, 2);
  const fresh = await device('bob');
  assert.equal((await fresh.history(conversation)).filter((m) => m.ID === sent.ID).length, 1);
  await fresh.untilUnread(conversation, 2);
};

scenario('a group message whose answer was lost is stored once and succeeds',
  sendsOnce('group_open_http_svc.send_group_msg', room, group(room)));
scenario('a C2C message whose answer was lost is stored once and succeeds',
  sendsOnce('openim.sendmsg', 'bob', c2c('alice')));

scenario('a server that is killed and started again has what it acknowledged, and its clients come back', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'alice', ['bob']);
  const [alice, bob] = [await device('alice'), await device('bob')];
  const sent = await alice.say(room, 'before the crash');
  await bob.received(group(room), 'before the crash');
  for (const each of [alice, bob]) each.network.hold(); // a first attempt that comes too early would be followed a minute later
  await server.crash();
  for (const each of [alice, bob]) each.network.up();
  await alice.say(room, 'after the crash');
  await bob.received(group(room), 'after the crash');
  once(bob, group(room), 'before the crash');
  await bob.untilUnread(group(room), 2);
  const fresh = await device('bob');
  assert.deepEqual(texts(await fresh.history(group(room))), ['before the crash', 'after the crash']);
  assert.equal((await fresh.history(group(room)))[0].ID, sent.ID);
}, { durable: true });

scenario('a push that comes twice is shown and counted once', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'alice', ['bob']);
  const [alice, bob] = [await device('alice'), await device('bob')];
  await server.faults({ Id: 'twice', ServCmd: 'im_open_push.msg_push', UserId: 'bob', Direction: 'push', Action: 'duplicate' });
  await alice.say(room, 'echo');
  await alice.say('bob', 'echo');
  await alice.say(room, 'end');
  await alice.say('bob', 'end');
  await bob.received(group(room), 'end');
  await bob.received(c2c('alice'), 'end');
  once(bob, group(room), 'echo');
  once(bob, c2c('alice'), 'echo');
  await bob.untilUnread(group(room), 2);
  await bob.untilUnread(c2c('alice'), 2);
});

scenario('a refusal by a fault rule reaches the caller with its code and stores nothing', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'alice', ['bob']);
  const [alice, bob] = [await device('alice'), await device('bob')];
  await server.faults({
    Id: 'no', ServCmd: 'group_open_http_svc.send_group_msg', UserId: 'alice', Direction: 'request', Action: 'error', ErrorCode: 10017,
    ErrorInfo: 'muted by a rule', Count: 1,
  });
  await assert.rejects(alice.say(room, 'refused'), { code: 10017 });
  await alice.say(room, 'accepted');
  await bob.received(group(room), 'accepted');
  assert.equal(bob.messages(group(room)).filter((m) => m.payload?.text === 'refused').length, 0);
  const faults = await server.must('emulator/get_faults', {});
  assert.equal(faults.Rules[0].Hits, 1);
});
