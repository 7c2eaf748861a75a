/** Longest side in pixels; enough to see a scratch. */
const LONGEST_SIDE = 1600;
/** The server and 1688 take less than a million bytes. */
const MAX_BYTES = 950000;

/**
 * Make a picture small enough for evidence.
 *
 * @param {File} file a picture of any kind that the browser can draw
 * @returns {Promise<String>} a JPEG below 1 MB, in base64
 */
export async function shrink(file) {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const drawing = canvas.getContext("2d");
    drawing.fillStyle = "white";
    drawing.fillRect(0, 0, canvas.width, canvas.height);
    drawing.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    let quality = 0.85;
    let data = "";
    do {
        data = canvas.toDataURL("image/jpeg", quality).split(",")[1];
        quality -= 0.15;
    } while ((data.length * 3) / 4 > MAX_BYTES && quality > 0.1);
    return data;
}
