// Record and listen, in this browser only: nothing leaves it until somebody presses Send.
const BITS_PER_SECOND = 24000;
const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

export class Recorder {
  /** `box`: the [data-recorder] in a form with the fields `sound` and `seconds`. onStart(): recording has begun. */
  constructor(box, { onStart = () => {} } = {}) {
    Object.assign(this, { box, onStart, form: box.closest("form"), most: Number(box.dataset.most) });
    this.kind = KINDS.find((kind) => window.MediaRecorder?.isTypeSupported(kind));
    if (!this.kind || !navigator.mediaDevices) return this.cannot();
    box.hidden = false;
    this.part("record").addEventListener("click", () => this.record());
    this.part("stop").addEventListener("click", () => this.stop());
    this.part("send").addEventListener("click", (event) => { event.preventDefault(); this.send(); });
    addEventListener("pagehide", () => this.stop());
  }

  part(name) { return this.box.querySelector(`[data-${name}]`); }

  says(key) { this.part("told").textContent = this.box.getAttribute(`data-says-${key}`) || ""; }

  cannot() { document.querySelector("[data-no-recorder]").hidden = false; }

  async record() {
    const button = this.part("record");
    button.disabled = true;
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
    button.disabled = false;
    if (!stream) return this.says("refused");
    const pieces = [], recorder = this.recorder = new MediaRecorder(stream, { mimeType: this.kind, audioBitsPerSecond: BITS_PER_SECOND });
    recorder.ondataavailable = ({ data }) => data.size && pieces.push(data);
    recorder.onstop = () => { stream.getTracks().forEach((track) => track.stop()); this.done(new Blob(pieces, { type: recorder.mimeType || this.kind })); };
    recorder.start(1000);
    this.began = performance.now();
    this.ticking = setInterval(() => this.tick(), 250);
    this.show({ isRecording: true });
    this.tick();
    this.says("recording");
    this.part("stop").focus();
    this.onStart();
  }

  tick() {
    this.seconds = Math.min(this.most, Math.round((performance.now() - this.began) / 1000));
    this.part("recorded").textContent = `0:${String(this.seconds).padStart(2, "0")}`.replace("0:60", "1:00");
    if (this.seconds >= this.most) this.stop();
  }

  stop() {
    clearInterval(this.ticking);
    if (this.recorder?.state === "recording") this.recorder.stop();
  }

  done(blob) {
    this.blob = blob;
    const player = this.part("playback");
    URL.revokeObjectURL(player.src);
    player.src = URL.createObjectURL(blob);
    player.onloadedmetadata = () => { if (player.duration === Infinity) findLength(player); };
    this.show({ isRecording: false });
    this.says("done");
    this.part("record").focus();
  }

  show({ isRecording }) {
    const hidden = { record: isRecording, first: true, again: false, stop: !isRecording, recorded: !isRecording, playback: isRecording, send: isRecording, "send-note": isRecording };
    for (const [name, is] of Object.entries(hidden)) this.part(name).hidden = is;
  }

  /** By fetch, so that a lost connection does not lose the recording. */
  async send() {
    const button = this.part("send"), data = new FormData(this.form);
    button.disabled = true;
    this.says("sending");
    data.set("sound", new File([this.blob], `inspelning.${ending(this.blob.type)}`, { type: this.blob.type.split(";")[0] }));
    data.set("seconds", Math.max(1, this.seconds));
    data.set("send_sound", "1");
    const answer = await fetch(location.href, { method: "POST", body: data, headers: { Accept: "application/json" } }).catch(() => null);
    const said = answer?.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    button.disabled = false;
    if (said?.go) return location.assign(said.go);
    if (answer?.ok) button.hidden = this.part("send-note").hidden = true;
    if (said?.said) this.part("told").textContent = said.said;
    else this.says("failed");
  }
}

/** A recording that was just made does not say how long it is: the player learns it by looking for the end. */
function findLength(player) {
  player.ontimeupdate = () => { player.ontimeupdate = null; player.currentTime = 0; };
  player.currentTime = 1e6;
}

function ending(type) { return type.includes("webm") ? "webm" : type.includes("ogg") ? "ogg" : "m4a"; }
