// The SDK under the newer chat UI kits, where it reads what no other does.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:https';

import { liteChat } from '../lib/bundle.js';
import { png } from '../lib/png.js';
import { c2c, group, scenario } from '../lib/scenario.js';

const room = 'group-room';
const lite = { on: [liteChat] };

async function pair(server, device) {
  await server.accounts('alice', 'bob');
  await server.group(room, 'alice', ['bob']);
  return Promise.all([device('alice'), device('bob')]);
}

scenario('a mention, a receipt and a recall reach a group', async ({ server, device }) => {
  const [alice, bob] = await pair(server, device);
  const { TYPES } = alice.sdk;
  const made = alice.chat.createTextAtMessage({
    to: room, conversationType: TYPES.CONV_GROUP, payload: { text: '@bob 看一下', atUserList: ['bob'] }, needReadReceipt: true,
  });
  const { data: { message } } = await alice.chat.sendMessage(made);
  const got = await bob.received(group(room), '@bob 看一下');
  await bob.until(async () => (await bob.conversation(group(room)))?.groupAtInfoList?.length === 1, 'the mention');
  await bob.chat.sendMessageReadReceipt([got]);
  const [receipt] = await alice.event('MESSAGE_READ_RECEIPT_RECEIVED');
  assert.deepEqual([receipt.messageID, receipt.readCount, receipt.unreadCount], [message.ID, 1, 0]);
  await alice.chat.revokeMessage(message);
  const [recalled] = await bob.event('MESSAGE_REVOKED');
  assert.equal(recalled.revokerInfo.userID, 'alice');
}, lite);

scenario('a receipt and a recall reach the other of two', async ({ server, device }) => {
  const [alice, bob] = await pair(server, device);
  const { TYPES } = alice.sdk;
  const made = alice.chat.createTextMessage({ to: 'bob', conversationType: TYPES.CONV_C2C, payload: { text: '在吗' }, needReadReceipt: true });
  const { data: { message } } = await alice.chat.sendMessage(made);
  const got = await bob.received(c2c('alice'), '在吗');
  await bob.chat.sendMessageReadReceipt([got]);
  const [receipt] = await alice.event('MESSAGE_READ_RECEIPT_RECEIVED');
  assert.deepEqual([receipt.messageID, receipt.userID, receipt.isPeerRead], [message.ID, 'bob', true]);
  await alice.chat.revokeMessage(message);
  const [recalled] = await bob.event('MESSAGE_REVOKED');
  assert.equal(recalled.sequence, message.sequence);
}, lite);

scenario('the list of conversations has previews, and follows the other device', async ({ server, device }) => {
  const [alice, bob] = await pair(server, device);
  await bob.say('alice', '晚上好');
  await alice.received(c2c('bob'), '晚上好');
  const other = await device('alice');
  const row = () => other.conversation(c2c('bob'));
  const { lastMessage } = await row();
  assert.deepEqual([lastMessage.payload.text, lastMessage.fromAccount], ['晚上好', 'bob']);
  await alice.chat.pinConversation({ conversationID: c2c('bob'), isPinned: true });
  await other.until(async () => (await row()).isPinned, 'the pinned conversation');
  await alice.chat.deleteConversation(c2c('bob'));
  await other.until(async () => (await row()) === undefined, 'the conversation to go');
}, lite);

scenario('attributes of a group reach its members', async ({ server, device }) => {
  const [alice, bob] = await pair(server, device);
  await bob.chat.getGroupAttributes({ groupID: room, keyList: [] });
  await alice.chat.initGroupAttributes({ groupID: room, groupAttributes: { price: '99' } });
  const told = await bob.event('GROUP_ATTRIBUTES_UPDATED');
  assert.deepEqual(told.groupAttributes, { price: '99' });
  assert.deepEqual((await bob.chat.getGroupAttributes({ groupID: room, keyList: [] })).data.groupAttributes, { price: '99' });
}, lite);

scenario('a kick over REST says so', async ({ server, device }) => {
  const [alice] = await pair(server, device);
  await server.must('im_open_login_svc/kick', { UserID: 'alice' });
  const { type } = await alice.event('KICKED_OUT');
  assert.equal(type, alice.sdk.TYPES.KICKED_OUT_REST_API);
}, lite);

scenario('an image is there under the https address that lite-chat makes of every address', async ({ server, device }) => {
  const [, bob] = await pair(server, device);
  const image = png(300, 200);
  const { UUID, ImageFormat, ImageInfoArray } = await server.upload('alice', 'image', '大衣.png', image);
  await server.must('group_open_http_svc/send_group_msg', {
    GroupId: room, From_Account: 'alice', Random: 1, MsgBody: [{ MsgType: 'TIMImageElem', MsgContent: { UUID, ImageFormat, ImageInfoArray } }],
  });
  const shown = () => bob.messages(group(room)).find((m) => m.type === 'TIMImageElem');
  await bob.until(shown, 'the image');
  const [original] = shown().payload.imageInfoArray;
  for (const address of [original.url, original.imageUrl]) {
    const [response] = await once(get(address, { ca: server.authority }), 'response');
    assert.deepEqual([response.statusCode, Buffer.concat(await response.toArray())], [200, image], address);
  }
}, { ...lite, flags: ['--tls'] });
