import { Component, onWillDestroy, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

// Milliseconds between two moves of the bar.
const TICK_EVERY = 100;

/** How far a question is: the time of its deadline, or the answers where the call budget makes waves of it. */
export class BoardProgress extends Component {
    static template = "purchase_1688.BoardProgress";
    static props = { progress: Object, age: Number, deadline: Number, words: Object };

    setup() {
        this.state = useState({ elapsed: this.props.age });
        this.keepTime(this.props);
        onWillUpdateProps((props) => this.keepTime(props));
        const clock = setInterval(() => (this.state.elapsed = this.now - this.zero), TICK_EVERY);
        onWillDestroy(() => clearInterval(clock));
    }

    /** The server's age of the question, as of when it came; between two readings our own clock goes on. */
    keepTime({ age }) {
        if (age !== this.age) {
            this.age = age;
            this.zero = this.now - age;
        }
    }

    /** Seconds of a clock that nobody sets. */
    get now() {
        return performance.now() / 1000;
    }

    /** Which sources are asked is not known yet: how far it is, neither. */
    get beginning() {
        return !this.props.progress.asked;
    }

    get inWaves() {
        const { wave, to_go } = this.props.progress;
        return wave > 1 || (to_go > 0 && this.state.elapsed > this.props.deadline);
    }

    get percent() {
        const { asked, answered } = this.props.progress;
        const share = this.inWaves ? answered / (asked || 1) : this.state.elapsed / this.props.deadline;
        return Math.round(Math.min(100, 100 * share));
    }

    get text() {
        const { asked, answered, seconds_left } = this.props.progress;
        const { words } = this.props;
        if (this.beginning) {
            return _t("Asking the sources …");
        }
        if (this.inWaves) {
            return _t("%(answered)s of %(asked)s answers in, about %(left)s to go; you can leave this page", {
                answered: words.number(answered),
                asked: words.number(asked),
                left: words.duration(seconds_left || 0),
            });
        }
        const left = Math.max(0, this.props.deadline - this.state.elapsed);
        return _t("%(answered)s of %(asked)s answers in, %(seconds)s s left", {
            answered: words.number(answered),
            asked: words.number(asked),
            seconds: words.tenths(left),
        });
    }

    get why() {
        return this.inWaves ? _t("The call budget of the account lets the questions out in waves.") : "";
    }
}
