import assert from 'node:assert/strict';

import { group, scenario } from '../lib/scenario.js';

const anchor = 'anchor-xiaoyu';
const live = '@TGS#QIXI';

scenario('the anchor finds her shop, asks something, and is answered and read', async ({ device }) => {
  const web = await device(anchor);
  const { data } = await web.chat.getConversationList();
  const badges = Object.fromEntries(data.conversationList.map((c) => [c.groupProfile.name, c.unreadCount]));
  assert.equal(badges['选品讨论'], 9);
  assert.equal(badges['导购排班'], 0);
  assert.ok(badges['VIP 会员群'] > 99);
  assert.equal(new Set(data.conversationList.map((c) => c.groupProfile.type)).size, 3);

  const before = (await web.history(group(live), 3)).length;
  assert.ok(before > 40);
  const asked = await web.say(live, '今天这款还有 M 码吗？', { needReadReceipt: true });
  await web.until(() => web.messages(group(live)).some((m) => m.sequence > asked.sequence && m.from !== anchor), 'an answer');
  const readers = () => web.named('MESSAGE_READ_RECEIPT_RECEIVED').flat().filter((r) => r.messageID === asked.ID && r.readCount > 0);
  await web.until(() => readers().length > 1, 'readers to grow');
}, { demo: true });
