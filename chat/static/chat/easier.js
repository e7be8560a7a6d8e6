// A quiet hint: long sentences, hard words. The rule is that of chat/easier.py.
export function look(text, hard) {
  const sentences = text.split(/[.!?…]+(?=\s|$)|\n/).map((one) => one.toLowerCase().match(/[\p{L}\p{N}]+(?:[-'’][\p{L}\p{N}]+)*/gu) || []);
  const longest = Math.max(...sentences.map((words) => words.length));
  return { longest: longest > 15 ? longest : 0, hard: [...new Set(sentences.flat().filter((word) => Object.hasOwn(hard, word)))] };
}

const hint = document.querySelector("[data-easier]"), box = document.querySelector("[data-compose] textarea");
if (hint && box) {
  const { easier, saysLong, saysHard } = hint.dataset, words = JSON.parse(easier);
  let timer;
  const show = () => {
    const { longest, hard } = look(box.value, words), said = longest ? [saysLong.replace("{n}", longest)] : [];
    for (const word of hard.slice(0, 3)) said.push(saysHard.replace("{word}", word).replace("{easier}", words[word]));
    hint.textContent = said.join(" ");
    hint.hidden = !said.length;
  };
  for (const event of ["input", "focus"]) box.addEventListener(event, () => { clearTimeout(timer); timer = setTimeout(show, 500); });
}
