import { useEffect, useRef, useState } from "@odoo/owl";

const MOVES = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    Home: [0, -Infinity],
    End: [0, Infinity],
    PageUp: [-8, 0],
    PageDown: [8, 0],
};

const within = (value, count) => Math.min(Math.max(value, 0), count - 1);

/** The cell of the grid that the keys are for: known by its line and seller, for rows and columns move. */
class BoardFocus {
    constructor(grid, getBoard) {
        this.grid = grid;
        this.getBoard = getBoard;
        this.cell = useState({ line: false, seller: false });
        // Until somebody moves, the first place of the first line has it.
        this.touched = false;
    }

    get line() {
        return this.getBoard().lines.find((line) => line.id === this.cell.line);
    }

    get seller() {
        return this.getBoard().sellers.find((seller) => seller.id === this.cell.seller);
    }

    isOn(line, seller) {
        return line.id === this.cell.line && seller.id === this.cell.seller;
    }

    cellId(line, seller) {
        return `o_board_cell_${line.id}_${seller.id}`;
    }

    get activeId() {
        return this.cellId({ id: this.cell.line }, { id: this.cell.seller });
    }

    get element() {
        return this.grid.el?.querySelector(`#${this.activeId}`);
    }

    /** Take the keys (back). */
    enter() {
        this.grid.el?.focus({ preventScroll: true });
    }

    set(line, seller) {
        Object.assign(this.cell, { line: line.id, seller: seller?.id ?? this.cell.seller });
        this.touched = true;
    }

    /** Move with a key; false where the key is none of ours. */
    move(key) {
        if (!(key in MOVES)) {
            return false;
        }
        const { lines, sellers } = this.getBoard();
        const [down, right] = MOVES[key];
        const row = within(lines.findIndex((line) => line.id === this.cell.line) + down, lines.length);
        const col = within(sellers.findIndex((seller) => seller.id === this.cell.seller) + right, sellers.length);
        this.set(lines[row], sellers[col]);
        return true;
    }

    /** Stay where it was when the board was read again, if that is still there. */
    keep() {
        if (!this.touched || !this.line || !this.seller) {
            const { lines, sellers } = this.getBoard();
            const [line] = lines;
            const first = sellers.find((seller) => line?.cells[seller.id]?.some((quote) => quote.id === line.best));
            Object.assign(this.cell, { line: line?.id || false, seller: (first || sellers[0])?.id || false });
        }
    }

    follow() {
        if (this.touched) {
            this.element?.scrollIntoView({ block: "nearest", inline: "nearest" });
        }
    }
}

/**
 * @param {Function} getBoard what is shown
 * @returns {BoardFocus} of the grid that the component refers to as "grid"
 */
export function useBoardFocus(getBoard) {
    const focus = new BoardFocus(useRef("grid"), getBoard);
    useEffect(
        () => focus.enter(),
        () => [focus.grid.el]
    );
    useEffect(
        () => focus.follow(),
        () => [focus.cell.line, focus.cell.seller]
    );
    return focus;
}
