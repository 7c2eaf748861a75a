import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {shrink} from "./photos.esm";
import {useService} from "@web/core/utils/hooks";

const MAX_PHOTOS = 5;

/** One kind of goods of a receipt: picture, expected, counted, rejected. */
export class DockLine extends Component {
    static template = "stock_1688_tracking.DockLine";
    static props = {line: Object, reasons: Array, onChange: Function, onDone: Function};

    setup() {
        this.notification = useService("notification");
    }

    get missing() {
        return Math.max(this.props.line.expected - this.props.line.counted, 0);
    }

    get surplus() {
        return Math.max(this.props.line.counted - this.props.line.expected, 0);
    }

    get needsReason() {
        return this.props.line.rejected > 0 && !this.props.line.reason;
    }

    setNumber(name, ev) {
        const value = Math.max(Number(ev.target.value) || 0, 0);
        this.props.onChange(this.props.line, {[name]: value});
    }

    step(name, by) {
        const value = Math.max((Number(this.props.line[name]) || 0) + by, 0);
        this.props.onChange(this.props.line, {[name]: value});
        this.props.onDone();
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            ev.stopPropagation();
            this.setNumber(ev.target.name, ev);
            this.props.onDone();
        }
    }

    setText(name, ev) {
        this.props.onChange(this.props.line, {[name]: ev.target.value});
    }

    async addPhotos(ev) {
        const photos = [...this.props.line.photos];
        const input = ev.target;
        for (const file of input.files) {
            if (photos.length >= MAX_PHOTOS) {
                this.notification.add(_t("Five photos are enough for one line."), {type: "warning"});
                break;
            }
            try {
                photos.push(await shrink(file));
            } catch {
                this.notification.add(_t("This file is not a picture."), {type: "danger"});
            }
        }
        input.value = "";
        this.props.onChange(this.props.line, {photos});
        this.props.onDone();
    }

    removePhoto(index) {
        const photos = this.props.line.photos.filter((photo, position) => position !== index);
        this.props.onChange(this.props.line, {photos});
    }
}
