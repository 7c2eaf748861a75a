import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** Which question this is, when it was put, and what came of it. */
export class BoardFacts extends Component {
    static template = "purchase_1688.BoardFacts";
    static props = { board: Object, words: Object, openOrder: Function };

    get linesText() {
        return this.props.words.lines(this.props.board.lines.length);
    }

    get asked() {
        const { asked_at, user } = this.props.board;
        const { ago, exact } = this.props.words.time(asked_at) || { ago: "", exact: "" };
        return { exact, text: _t("asked %(ago)s by %(who)s", { ago, who: user }) };
    }

    get deadlineText() {
        const { board, words } = this.props;
        const seconds = board.deadline_seconds;
        const deadline = words.number(seconds < 10 ? seconds : Math.ceil(seconds));
        return board.seconds
            ? _t("deadline %(deadline)s s, took %(seconds)s s", { deadline, seconds: words.number(board.seconds) })
            : _t("deadline %s s", deadline);
    }

    get keptText() {
        return _t("answers up to %s min old are used", this.props.board.answers_minutes);
    }

    get badges() {
        const { counts } = this.props.board;
        return [
            { key: "answered", label: _t("answers"), count: counts.answered + counts.short, tone: "success" },
            { key: "asking", label: _t("waiting"), count: counts.asking, tone: "info" },
            { key: "short", label: _t("short"), count: counts.short, tone: "warning" },
            { key: "late", label: _t("late"), count: counts.late, tone: "secondary" },
            { key: "failed", label: _t("failed"), count: counts.failed, tone: "danger" },
        ].filter((badge) => badge.count);
    }
}
