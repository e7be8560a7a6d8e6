// The messages on the page: put where they belong by seq, each once, in the words of this page.
export class Log {
  constructor(root) {
    this.root = root;
    this.list = root.querySelector("[data-log]");
    this.lastSeq = Number(root.dataset.lastSeq);
    this.otherRead = Number(root.dataset.otherRead);
  }

  says(key) { return this.root.getAttribute(`data-says-${key}`); }

  find(cid) { return this.list.querySelector(`[data-cid="${CSS.escape(cid)}"]`); }

  /** A message of our own that is not stored yet. */
  pending({ cid, body }) {
    const line = this.find(cid) || this.make({ cid, body, mine: true });
    line.classList.add("waits");
    this.mark(line, "sending");
    if (!line.parentNode) this.list.append(line);
  }

  failed(cid, words) {
    const line = this.find(cid);
    if (!line) return;
    line.classList.remove("waits");
    line.classList.add("failed");
    line.querySelector("small").textContent = `${this.says("failed")}. ${words || ""}`;
  }

  /** A stored message. -> true when it is new here and from somebody else. */
  show({ seq, side, cid, kind, body, at, name = "" }) {
    this.lastSeq = Math.max(this.lastSeq, seq);
    if (this.list.querySelector(`[data-seq="${seq}"]`)) return false;
    const mine = side === this.root.dataset.side && kind !== "system" && name === (this.root.dataset.second || "");
    if (kind === "system" && !this.words(body)) return false;
    const known = this.find(cid);
    const line = known || (kind === "system" ? this.system(body) : this.make({ cid, body, mine }));
    line.classList.remove("waits", "failed");
    line.dataset.seq = seq;
    if (kind !== "system") this.stamp(line, { at, mine, seq, side, name: name || this.nameOf(side) });
    this.place(line, seq);
    if (kind !== "system") this.divide(line, at);
    return !mine;
  }

  /** What another copy of this page shows and this one does not. */
  adopt(page) {
    const theirs = page.querySelector("[data-chat]").dataset, lines = [...page.querySelectorAll("[data-log] [data-seq]")];
    for (const line of lines.map((one) => document.importNode(one, true))) {
      const { seq, cid } = line.dataset;
      if (this.list.querySelector(`[data-seq="${seq}"]`)) continue;
      if (cid) this.find(cid)?.remove();
      this.place(line, Number(seq));
      if (cid) this.divide(line, line.querySelector("time").dateTime);
    }
    if (!lines.length || lines[0].dataset.seq <= this.lastSeq + 1) this.lastSeq = Math.max(this.lastSeq, theirs.lastSeq);
    this.readUpTo(Number(theirs.otherRead));
  }

  /** The first message of a day has the day above it. */
  divide(line, at) {
    const day = new Date(at).toLocaleDateString("sv", { timeZone: "Europe/Stockholm" }); // 2030-12-31
    if ([...this.list.querySelectorAll("[data-day]")].some((one) => one.dataset.day >= day)) return;
    const divider = Object.assign(document.createElement("li"), { className: "day", textContent: this.day(at) });
    divider.dataset.day = day;
    line.before(divider);
  }

  make({ cid, body, mine }) {
    const line = this.root.querySelector("template[data-message]").content.cloneNode(true).firstElementChild;
    line.dataset.cid = cid;
    line.classList.toggle("mine", mine);
    const words = line.querySelector("p");
    if (body?.texts) words.replaceChildren(...this.faces(body.texts));
    else words.textContent = body;
    if (body?.to) words.append(" ", this.lead(this.root.dataset.home + body.to));
    return line;
  }

  /** A card: Swedish, then the language of this page. */
  faces(texts) {
    const { lang, dir } = document.documentElement, own = lang !== "sv" && texts[lang];
    const face = (textContent, how) => Object.assign(document.createElement("span"), { textContent, ...how });
    return [face(texts.sv, { lang: "sv", dir: "ltr" }), ...own ? [document.createElement("br"), face(own, { lang, dir })] : []];
  }

  system(body) {
    const line = document.createElement("li");
    line.className = "system";
    line.append(Object.assign(document.createElement("bdi"), { textContent: this.words(body) }));
    const href = this.root.getAttribute(`data-to-${body.code}`);
    if (href) line.append(" ", this.lead(href));
    return line;
  }

  lead(href) { return Object.assign(document.createElement("a"), { href, textContent: this.says("open") }); }

  /** {code, …} -> the sentence, with names and moments filled in. */
  words(body) {
    const sentence = this.root.getAttribute(`data-word-${body.code}`) || "";
    return sentence.replace(/\{(\w+)\}/g, (_all, key) => {
      if (key === "clock") return this.clock(body[key], "clock");
      if (key === "at" || key === "was") return `${this.day(body[key])} ${this.clock(body[key], "clock")}`;
      return body[key] ?? "";
    });
  }

  day(at) {
    const language = document.documentElement.lang === "en" ? "en-GB" : `${document.documentElement.lang}-u-nu-latn-ca-gregory`;
    return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone: "Europe/Stockholm" }).format(new Date(at));
  }

  clock(at, pattern) {
    const parts = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Stockholm" }).formatToParts(new Date(at));
    const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    return this.says(pattern).replace("%(hour)s", part.hour).replace("%(minute)s", part.minute);
  }

  /** Where two of one side write, and to IM, the head holds the names. */
  nameOf(side) { return this.root.querySelector("[data-part=head]").getAttribute(`data-name-${side}`); }

  stamp(line, { at, mine, seq, side, name }) {
    const small = line.querySelector("small");
    small.replaceChildren(Object.assign(document.createElement("time"), { dateTime: at, textContent: this.clock(at, "time") }));
    if (name && !mine) {
      const who = document.createElement("b");
      who.append(Object.assign(document.createElement("bdi"), { textContent: name }));
      small.prepend(who, " · ");
    }
    if (mine) this.mark(line, seq <= this.otherRead ? "read" : "sent");
    else if (![side, "reader"].includes(this.root.dataset.side)) this.addFlag(line, seq);
  }

  mark(line, state) {
    let mark = line.querySelector("[data-mark]");
    if (!mark) {
      mark = document.createElement("span");
      mark.dataset.mark = "";
      line.querySelector("small").append(line.querySelector("time") ? " · " : "", mark);
    }
    mark.textContent = this.says(state);
  }

  addFlag(line, seq) {
    const flag = this.root.querySelector("template[data-flag]").content.cloneNode(true).firstElementChild;
    flag.action = this.root.dataset.flagUrl.replace("/0/", `/${seq}/`);
    line.append(flag);
  }

  /** By seq, before what waits. A line that stands right is not moved: it would be read out again. */
  place(line, seq) {
    const order = [...this.list.querySelectorAll("[data-seq], .waits")], at = order.indexOf(line);
    const after = order.find((one) => one !== line && (Number(one.dataset.seq) || Infinity) > seq);
    if (at >= 0 && order[at + 1] === after) return;
    if (after) after.before(line);
    else this.list.append(line);
  }

  readUpTo(seq) {
    this.otherRead = Math.max(this.otherRead, seq);
    for (const line of this.list.querySelectorAll(".mine[data-seq]")) if (Number(line.dataset.seq) <= this.otherRead) this.mark(line, "read");
  }
}
