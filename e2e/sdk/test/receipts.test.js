import assert from 'node:assert/strict';

import { c2c, group, scenario } from '../lib/scenario.js';

const room = 'group-room';

// counts returns the newest counts that receipt events told of a message.
function counts(device, message) {
  const told = device.named('MESSAGE_READ_RECEIPT_RECEIVED').flat().filter((r) => r.messageID === message.ID);
  const last = told.at(-1);
  return last && [last.readCount, last.unreadCount];
}

const untilCounts = (device, message, read, unread) =>
  device.until(() => String(counts(device, message)) === String([read, unread]), `receipt ${read} read, ${unread} unread`);

scenario('group receipts: the author sees readers grow, by event and by request', async ({ server, device }) => {
  await server.accounts('alice', 'bob', 'carol', 'dave');
  await server.group(room, 'alice', ['bob', 'carol', 'dave']);
  const [alice, bob, carol] = [await device('alice'), await device('bob'), await device('carol')];
  const asked = await alice.say(room, '谁看到了', { needReadReceipt: true });
  const plain = await alice.say(room, 'no receipt wanted');
  const got = await bob.received(group(room), '谁看到了');
  assert.equal(got.needReadReceipt, true);

  await bob.chat.sendMessageReadReceipt([got]);
  await untilCounts(alice, asked, 1, 2);
  await carol.chat.sendMessageReadReceipt([await carol.received(group(room), '谁看到了')]);
  await untilCounts(alice, asked, 2, 1);
  await bob.chat.sendMessageReadReceipt([got]); // again: changes nothing

  const { data } = await alice.chat.getMessageReadReceiptList([asked]);
  const [receipt] = data.messageList ?? data;
  assert.deepEqual([receipt.readReceiptInfo.readCount, receipt.readReceiptInfo.unreadCount], [2, 1]);

  const members = async (filter) => {
    const { data: page } = await alice.chat.getGroupMessageReadMemberList({ message: asked, filter, cursor: '', count: 15 });
    assert.equal(page.isCompleted, true);
    return (filter === 0 ? page.readUserIDList : page.unreadUserIDList).sort();
  };
  assert.deepEqual(await members(0), ['bob', 'carol']);
  assert.deepEqual(await members(1), ['dave']);
  assert.equal(counts(alice, plain), undefined);
});

scenario('a receipt does not clear the dot, and clearing the dot sends no receipt', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'alice', ['bob']);
  const [alice, bob] = [await device('alice'), await device('bob')];
  const first = await alice.say(room, 'first', { needReadReceipt: true });
  await bob.chat.sendMessageReadReceipt([await bob.received(group(room), 'first')]);
  await untilCounts(alice, first, 1, 0);
  assert.equal(await (await device('bob')).unread(group(room)), 1);

  const second = await alice.say(room, 'second', { needReadReceipt: true });
  await bob.untilUnread(group(room), 2);
  await bob.chat.setMessageRead({ conversationID: group(room) });
  await bob.untilUnread(group(room), 0);
  await alice.chat.getMessageReadReceiptList([second]);
  const { data } = await alice.chat.getGroupMessageReadMemberList({ message: second, filter: 0, cursor: '', count: 15 });
  assert.deepEqual(data.readUserIDList, []);
});

scenario('history remembers who asked for receipts, so that a late reader can send one', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'alice', ['bob']);
  const alice = await device('alice');
  const sent = await alice.say(room, 'read me later', { needReadReceipt: true });
  const bob = await device('bob');
  const message = (await bob.history(group(room))).find((m) => m.ID === sent.ID);
  assert.equal(message.needReadReceipt, true);
  await bob.chat.sendMessageReadReceipt([message]);
  await untilCounts(alice, sent, 1, 0);
});

scenario('a receipt sent over REST for a member reaches the author', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'alice', ['bob']);
  const alice = await device('alice');
  const sent = await alice.say(room, 'hello', { needReadReceipt: true });
  await server.must('group_open_http_svc/group_msg_receipt', {
    GroupId: room, From_Account: 'bob', MsgSeqList: [{ MsgSeq: sent.sequence }],
  });
  await untilCounts(alice, sent, 1, 0);
});

scenario('in a group of more than 200 a message goes out without receipts', async ({ server, device }) => {
  const crowd = Array.from({ length: 201 }, (_, i) => `user-${i}`);
  for (let i = 0; i < crowd.length; i += 100) {
    await server.must('im_open_login_svc/multiaccount_import', { AccountList: crowd.slice(i, i + 100).map((UserID) => ({ UserID })) });
  }
  await server.accounts('alice');
  await server.group(room, 'alice', crowd.slice(0, 100));
  for (let i = 100; i < crowd.length; i += 50) {
    const MemberList = crowd.slice(i, i + 50).map((user) => ({ Member_Account: user }));
    await server.must('group_open_http_svc/add_group_member', { GroupId: room, MemberList, Silence: 1 });
  }
  const [alice, reader] = [await device('alice'), await device('user-0')];
  await alice.say(room, 'to all of you', { needReadReceipt: true });
  const got = await reader.received(group(room), 'to all of you');
  assert.ok(!got.needReadReceipt);
});

scenario('C2C receipts: the author learns that the peer has read', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  const [alice, bob] = [await device('alice'), await device('bob')];
  const sent = await alice.say('bob', '在吗', { needReadReceipt: true });
  const got = await bob.received(c2c('alice'), '在吗');
  await bob.chat.sendMessageReadReceipt([got]);
  const isRead = () => alice.named('MESSAGE_READ_RECEIPT_RECEIVED').flat().some((r) => r.messageID === sent.ID && r.isPeerRead);
  await alice.until(isRead, 'the receipt of a C2C message');

  const again = await device('alice');
  const [kept] = (await again.history(c2c('bob'))).filter((m) => m.ID === sent.ID);
  assert.equal(kept.readReceiptInfo.isPeerRead, true);
});

scenario('C2C: reading the conversation tells the peer how far', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  const [alice, bob] = [await device('alice'), await device('bob')];
  const sent = await alice.say('bob', 'read this');
  await bob.untilUnread(c2c('alice'), 1);
  await bob.chat.setMessageRead({ conversationID: c2c('alice') });
  const isRead = () => alice.named('MESSAGE_READ_BY_PEER').flat().some((m) => m.ID === sent.ID);
  await alice.until(isRead, 'the message to be read by the peer');
});
