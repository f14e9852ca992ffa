// Photos are made smaller before they leave the phone: a label stays readable, and the person's data lasts.

const LONGEST_SIDE = 2000; // pixels
const SMALL = 600 * 1024; // bytes that are not worth the work

export async function shrink(file) {
  const common = ["image/jpeg", "image/png", "image/webp"].includes(file.type);
  if (!file.type.startsWith("image/")) return file;
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file; // a kind this browser cannot read; the server says what it takes
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  if (common && (file.size <= SMALL || (scale === 1 && file.type !== "image/jpeg"))) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // JPEG has no transparency, and black would hide dark letters
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const smaller = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  return smaller && (smaller.size < file.size || !common) ? smaller : file;
}
