// The line to the server: one websocket that comes back by itself, with jitter, and notices when it is dead.
const FIRST_PAUSE = 500, LONGEST_PAUSE = 30000, HEARTBEAT = 25000, ANSWER_WITHIN = 8000;

export class Line {
  /** onFrame(frame), onUp(), onDown(): what the page does. after(): the newest message it has, told at each try and heartbeat.
   *  `failures`: tries since the last frame that came; an opened socket that says nothing is one too. */
  constructor(path, { onFrame, onUp = () => {}, onDown = () => {}, onEnd = () => {}, after = null }) {
    this.url = location.origin.replace(/^http/, "ws") + path;
    Object.assign(this, { onFrame, onUp, onDown, onEnd, after });
    this.failures = 0;
    this.ended = this.kicked = false;
    addEventListener("online", () => this.now());
    addEventListener("pageshow", () => this.now());
    addEventListener("focus", () => this.wake());
    addEventListener("offline", () => this.drop());
    addEventListener("pagehide", () => this.drop());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake());
    this.connect();
  }

  get isUp() { return this.socket?.readyState === WebSocket.OPEN; }

  send(frame) {
    if (!this.isUp) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  connect() {
    clearTimeout(this.timer);
    if (this.ended || this.kicked || this.socket) return;
    const socket = this.socket = new WebSocket(this.url + (this.after ? `?after=${this.after()}` : ""));
    socket.onopen = () => { this.beat(); this.onUp(); this.expectAnswer(2 * ANSWER_WITHIN); };
    socket.onmessage = ({ data }) => { clearTimeout(this.silence); this.failures = 0; this.onFrame(JSON.parse(data)); };
    socket.onclose = ({ code }) => this.closed(socket, code);
  }

  closed(socket, code) {
    if (socket !== this.socket) return;
    this.socket = null;
    clearTimeout(this.silence);
    clearInterval(this.beating);
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.failures++);
    this.kicked = code === 4409; // too many tabs of one person: this one rests until somebody looks at it
    this.onDown();
    if (code === 4401) { this.ended = true; return this.onEnd(); }
    if (!this.ended && !this.kicked) this.timer = setTimeout(() => this.connect(), FIRST_PAUSE / 2 + Math.random() * longest);
  }

  /** Give this socket up at once; closed() plans the next. */
  drop() {
    const socket = this.socket;
    if (!socket) return;
    socket.onclose = null;
    socket.close();
    this.closed(socket, 0);
  }

  /** Somebody looks at this page. */
  wake() {
    this.kicked = false;
    this.now();
  }

  /** Nothing more to hear here, ever. */
  end() {
    this.ended = true;
    this.drop();
  }

  /** Something says that the net may be back: try at once; an open line must prove that it lives. */
  now() {
    if (this.isUp) return this.prove();
    if (this.socket?.readyState === WebSocket.CONNECTING) return;
    this.socket = null;
    this.connect();
  }

  beat() {
    clearInterval(this.beating);
    if (this.after) this.beating = setInterval(() => this.prove(), HEARTBEAT);
  }

  prove() {
    if (this.after && this.send({ t: "resume", after: this.after() })) this.expectAnswer();
  }

  expectAnswer(within = ANSWER_WITHIN) {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.drop(), within);
  }
}
