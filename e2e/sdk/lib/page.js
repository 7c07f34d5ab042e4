// Runs inside the page: one copy of the SDK, what it raised, and a way to ask it from outside.

const plain = (value) => {
  const seen = new WeakSet();
  return JSON.parse(JSON.stringify(value ?? null, (key, part) => {
    if (key.startsWith('_')) return undefined;
    if (part !== null && typeof part === 'object') {
      if (seen.has(part)) return undefined;
      seen.add(part);
    }
    return part;
  }));
};

window.enter = ({ sdk, options, user, userSig }) => {
  const library = window[sdk];
  const chat = library.create(options);
  chat.setLogLevel(4);
  chat.registerPlugin({ 'tim-upload-plugin': window.TIMUploadPlugin });
  window.chat = chat;
  window.TYPES = library.TYPES;
  window.raised = [];
  for (const [name, event] of Object.entries(library.EVENT)) {
    chat.on(event, ({ data }) => window.raised.push({ name, data: plain(data) }));
  }
  return chat.login({ userID: user, userSig }).then(() => undefined);
};

// ask calls a method of the SDK and returns its data.
window.ask = (method, ...args) => Promise.resolve(window.chat[method](...args)).then(
  (reply) => plain(reply?.data ?? reply),
  (error) => Promise.reject(new Error(`${method}: ${error.code} ${error.message}`)),
);

const group = (to) => /^(group-|@TGS#)/.test(to);
window.target = (to) => ({ to, conversationType: group(to) ? window.TYPES.CONV_GROUP : window.TYPES.CONV_C2C });

window.say = (to, text, options = {}) => {
  const message = window.chat.createTextMessage({ ...window.target(to), payload: { text }, ...options });
  return window.chat.sendMessage(message).then(({ data }) => plain(data.message));
};

// upload sends a file whose bytes are given in base64, by the path that the SDK itself takes.
window.upload = (method, to, { name, type, data }) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const input = document.createElement('input');
  input.type = 'file';
  input.files = transfer.files;
  const message = window.chat[method]({ ...window.target(to), payload: { file: input } });
  return window.chat.sendMessage(message).then(({ data: reply }) => plain(reply.message));
};

window.got = (conversationID) =>
  window.raised.filter((e) => e.name === 'MESSAGE_RECEIVED').flatMap((e) => e.data).filter((m) => m.conversationID === conversationID);

window.conversation = async (conversationID) =>
  (await window.chat.getConversationList()).data.conversationList.find((c) => c.conversationID === conversationID);
