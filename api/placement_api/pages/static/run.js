// A run's page while the run goes on: puts in what has changed, at most once in two seconds, and says it at most
// once in fifteen, until the run has ended.
const live = document.getElementById("live");
const said = document.getElementById("said");
const lost = document.getElementById("lost");
const PUT_IN = 2000, SAY = 15000, AGAIN = 5000;
let lastPut = 0, lastSaid = 0, waiting = null;

async function putIn() {
  waiting = null;
  lastPut = Date.now();
  const answer = await fetch(live.dataset.part, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return location.replace(location.pathname);
  const state = live.querySelector("#now").dataset.state;
  const wasOpen = live.querySelector("details")?.open;
  const focused = live.contains(document.activeElement) ? document.activeElement.localName : null;
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (parsed.getElementById("now").dataset.state !== state) return location.replace(location.pathname);
  live.replaceChildren(...parsed.body.childNodes);
  const details = live.querySelector("details");
  if (details && wasOpen) details.open = true;
  if (focused) live.querySelector(focused)?.focus();
  if (Date.now() - lastSaid >= SAY) {
    lastSaid = Date.now();
    said.textContent = live.querySelector("#now")?.textContent ?? "";
  }
}

function soon() {
  waiting ??= setTimeout(() => putIn().catch(broken), Math.max(0, lastPut + PUT_IN - Date.now()));
}

function broken() {
  lost.hidden = false;
}

function follow() {
  const events = new EventSource(live.dataset.events);
  events.onopen = () => { lost.hidden = true; };
  events.addEventListener("progress", soon);
  events.addEventListener("ended", () => { events.close(); location.replace(location.pathname); });
  events.onerror = () => {
    broken();
    if (events.readyState === EventSource.CLOSED) setTimeout(follow, AGAIN);
  };
}

follow();
