// Text as it is shown: paragraphs, lists of "- ", **bold** and links. Built of nodes and text, never of HTML, so
// whatever somebody puts into a name stays letters.

const PIECE = /\*\*([^*\n]+)\*\*|(https?:\/\/[^\s<>"“”]+)/g;

export function rich(text) {
  const found = document.createDocumentFragment();
  let list = null;
  for (const line of text.split("\n")) {
    const item = /^\s*[-•] +(.*)$/.exec(line);
    if (item) {
      list ??= found.appendChild(document.createElement("ul"));
      list.appendChild(document.createElement("li")).append(...pieces(item[1]));
    } else {
      list = null;
      const paragraph = found.appendChild(document.createElement("p"));
      if (line.trim()) paragraph.append(...pieces(line));
      else paragraph.className = "gap";
    }
  }
  return found;
}

function* pieces(line) {
  let from = 0;
  for (const match of line.matchAll(PIECE)) {
    yield line.slice(from, match.index);
    from = match.index + match[0].length;
    if (match[1]) {
      const strong = document.createElement("strong");
      strong.append(...pieces(match[1]));
      yield strong;
    } else {
      // What ends a sentence is not part of the address, nor a bracket that was opened before it.
      let address = match[2].replace(/[.,;:!?…'»]+$/, "");
      if (address.endsWith(")") && !address.includes("(")) address = address.slice(0, -1);
      yield link(address, address);
      yield match[2].slice(address.length);
    }
  }
  yield line.slice(from);
}

export function link(address, label) {
  const anchor = document.createElement("a");
  let safe = false;
  try { safe = ["http:", "https:", "tel:"].includes(new URL(address, location.href).protocol); } catch { /* no address */ }
  if (safe) anchor.href = address;
  anchor.target = "_blank";
  anchor.rel = "noopener";
  anchor.textContent = label;
  return anchor;
}
