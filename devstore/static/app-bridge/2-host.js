// The line to the admin around the frame: `tell` needs no answer, `ask` waits for one.
// Everything said upwards is public, so any parent may hear it; only the parent's own words are listened to.

const MARK = "devstore.app-bridge";
const waiting = new Map();
const listeners = new Map();
let lastQuestion = 0;

function tell(type, data = {}) {
  if (embedded) window.parent.postMessage({ mark: MARK, type, ...data }, "*");
}

function ask(method, args = {}) {
  if (!embedded) {
    return Promise.reject(new Error(`App Bridge: ${method} needs the admin, and this page is not inside its frame.`));
  }
  const id = `${Date.now()}-${++lastQuestion}`;
  const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  tell("ask", { id, method, args });
  return answer;
}

function onHost(type, listener) {
  listeners.set(type, listener);
}

function settle({ id, result, error }) {
  const question = waiting.get(id);
  waiting.delete(id);
  if (error) question?.reject(new Error(error));
  else question?.resolve(result);
}

function listenToHost() {
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.data?.mark !== MARK) return;
    if (event.data.type === "answer") settle(event.data);
    else listeners.get(event.data.type)?.(event.data);
  });
}
