import {browser} from "@web/core/browser/browser";

/** Frequencies in Hz and lengths in seconds of what each outcome sounds like; told apart with closed eyes. */
const TUNES = {
    good: [
        [880, 0.08],
        [1320, 0.12],
    ],
    bad: [
        [220, 0.18],
        [165, 0.3],
    ],
    unknown: [
        [520, 0.1],
        [0, 0.06],
        [520, 0.1],
    ],
};

let context = null;

/**
 * Play the sound of an outcome. A browser without sound, or that waits for a first touch, stays silent.
 *
 * @param {String} outcome good, bad or unknown
 */
export function play(outcome) {
    const AudioContext = browser.AudioContext || window.AudioContext;
    if (!AudioContext) {
        return;
    }
    context = context || new AudioContext();
    if (context.state === "suspended") {
        context.resume().catch(() => null);
    }
    let start = context.currentTime;
    for (const [frequency, seconds] of TUNES[outcome] || TUNES.unknown) {
        if (frequency) {
            beep(frequency, start, seconds);
        }
        start += seconds;
    }
}

function beep(frequency, start, seconds) {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.type = "square";
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0.15, start);
    gain.gain.exponentialRampToValueAtTime(0.001, start + seconds);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + seconds);
}
