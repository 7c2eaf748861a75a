import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";

/** Milliseconds for a step; a busy machine is no failure. */
const PATIENCE = 60000;

/** What the test tells by the address: offers, names. */
const params = () => new URLSearchParams(window.location.search);

/**
 * Register a tour whose steps have the time they need.
 *
 * @param {String} name of the tour
 * @param {Function} steps that make it
 */
function addTour(name, steps) {
    registry.category("web_tour.tours").add(name, {
        steps: () => steps().map((step) => ({timeout: PATIENCE, ...step})),
    });
}

const address = (offer) => `https://detail.1688.com/offer/${offer}.html`;

/**
 * Open a screen from the menu of 1688.
 *
 * @param {String} name of the menu, without its module
 * @returns {Object[]} steps
 */
function openMenu(name) {
    return [
        {trigger: "[data-menu-xmlid='purchase_1688.purchase_1688_menu']", run: "click"},
        {trigger: `[data-menu-xmlid='purchase_1688.${name}']`, run: "click"},
    ];
}

/**
 * Type into a many2one and take the first proposal of that name.
 *
 * @param {String} field the many2one
 * @param {String} name what is typed
 * @returns {Object[]} steps
 */
function choose(field, name) {
    return [
        {trigger: `.o_field_widget[name=${field}] input`, run: `edit ${name}`},
        {trigger: `.o-autocomplete--dropdown-item:contains("${name}")`, run: "click"},
    ];
}

/**
 * Press a key on the board.
 *
 * @param {String} key its name
 * @returns {Object} a step
 */
function pressOnBoard(key) {
    return {trigger: ".o_board_grid:focus", run: `press ${key}`};
}

/**
 * Call a method of the comparison: the test hears of it.
 *
 * @param {String} method its name
 * @returns {Promise} of its answer
 */
function call(method) {
    const model = "purchase.1688.comparison";
    return rpc(`/web/dataset/call_kw/${model}/${method}`, {model, method, args: [], kwargs: {}});
}

addTour("purchase_1688_collect", () => {
    const [first, ...others] = params().get("offers").split(",");
    return [
        ...openMenu("purchase_1688_offer_collect_menu"),
        {trigger: ".modal [name=text] textarea", run: `edit ${address(first)}`},
        {trigger: ".modal button[name=action_collect]", run: "click"},
        {trigger: `.modal .o_data_row:contains(${first}) .badge.text-bg-success`},
        {trigger: ".modal button[name=action_open_products]", run: "click"},
        {trigger: ".o_notebook [name=ali1688_sources]", run: "click"},
        {trigger: "[name=ali1688_source_ids] .o_data_row [name=price_at_minimum]"},
        {
            content: "Two more sellers of the same, pasted together with a number that is none",
            trigger: "button[name=action_ali1688_paste]",
            run: "click",
        },
        {
            trigger: ".modal [name=text] textarea",
            run: ({edit}) => edit([...others.map(address), "12"].join("\n")),
        },
        {trigger: ".modal button[name=action_collect]", run: "click"},
        ...others.map((offer) => ({
            trigger: `.modal .o_data_row:contains(${offer}) .badge.text-bg-success`,
        })),
        {trigger: ".modal .o_data_row .badge.text-bg-danger"},
        {trigger: ".modal button[special=cancel]", run: "click"},
        {trigger: "body:not(:has(.modal))"},
    ];
});

addTour("purchase_1688_compare", () => [
    {trigger: ".o_list_button_add", run: "click"},
    ...choose("partner_id", params().get("vendor")),
    {trigger: "[name=order_line] .o_field_x2many_list_row_add > :first-child", run: "click"},
    ...choose("product_id", params().get("product")),
    {
        trigger: "[name=order_line] .o_selected_row [name=product_qty] input",
        run: "edit 60",
    },
    {trigger: "button[name=action_ali1688_compare]", run: "click"},
    {content: "The board waits for answers", trigger: ".o_board_progress"},
    {trigger: ".o_board_cell .o_board_pulse"},
]);

addTour("purchase_1688_asking", () => [
    {content: "Lines are there before it is known who is asked", trigger: ".o_board_beginning .o_board_product"},
    {trigger: ".o_board_beginning .o_board_cell .o_board_pulse"},
    {trigger: ".o_board_progress:contains(Asking the sources):not([aria-valuenow])"},
    {
        content: "Nothing says that there is none; now the sources are known",
        trigger: ".o_purchase_1688_board:not(:has(.o_board_empty)):not(:has(.o_board_keys))",
        run: () => call("get_weights"),
    },
    {content: "The sources come, and the keys are for them", trigger: ".o_board_grid:focus .o_board_seller"},
    {trigger: ".o_purchase_1688_board:not(:has(.o_board_beginning)):not(:has(.o_board_progress))"},
]);

addTour("purchase_1688_order", () => [
    {content: "All three answered", trigger: ".badge:contains(3 answers)"},
    {trigger: ".o_board_cell.o_first.o_chosen.o_focus"},
    {trigger: ".o_board_picture"},
    {content: "The other sellers stand to the right", ...pressOnBoard("ArrowRight")},
    {trigger: ".o_board_cell.o_focus:not(.o_first)"},
    pressOnBoard("Enter"),
    {trigger: ".o_board_cell.o_chosen:not(.o_first)"},
    {trigger: ".o_board_missing:contains(1 reason to give)"},
    {content: "Once more leads to the reason", ...pressOnBoard("Enter")},
    {trigger: ".o_board_reason select:focus", run: "selectByIndex 1"},
    {trigger: ".o_board_decide:not(:has(.o_board_missing))"},
    {content: "And back to the grid", trigger: ".o_board_reason select:focus", run: "press Escape"},
    {content: "How it adds up", ...pressOnBoard("Space")},
    {trigger: ".o_purchase_1688_cost tfoot", run: "press Escape"},
    {trigger: "body:not(:has(.o_purchase_1688_cost))"},
    {content: "Left out, and taken in again", ...pressOnBoard("Delete")},
    {trigger: ".o_board_grid:not(:has(.o_chosen))"},
    pressOnBoard("Enter"),
    {trigger: ".o_board_cell.o_chosen.o_focus"},
    {content: "Who is cheapest for which quantity", trigger: ".o_board_chart_button", run: "click"},
    {trigger: ".o_board_curve_chart canvas"},
    {trigger: ".o_board_curve_spans tr.table-active"},
    {trigger: ".o_board_curve .btn-close", run: "click"},
    {content: "Back to the least total", trigger: ".o_board_plan_card[data-plan=total]", run: "click"},
    {trigger: ".o_board_plan_card.o_chosen[data-plan=total]"},
    {trigger: ".o_board_cell.o_chosen.o_first"},
    {trigger: ".o_board_need:not(:has(.o_board_reason))"},
    {content: "How it adds up", trigger: ".o_board_cell.o_chosen .o_board_info:not(.o_board_ask)", run: "click"},
    {trigger: ".o_purchase_1688_cost"},
    {trigger: ".o_control_panel button[data-hotkey=q]:enabled", run: "click"},
    {trigger: ".modal button[name=action_apply]", run: "click"},
    {trigger: "[name=order_line] .o_data_row [name=ali1688_source_id]:not(:empty)"},
    {trigger: "button[name=action_ali1688_order]", run: "click"},
    {content: "It is checked at 1688 first", trigger: ".o_1688_confirm_row .fa-spinner"},
    {trigger: ".o_1688_confirm_place:disabled"},
]);

addTour("purchase_1688_confirm", () => [
    ...openMenu("purchase_1688_order_confirm_menu"),
    {trigger: ".o_1688_confirm_row .fa-pencil", run: "click"},
    {trigger: ".modal textarea", run: "edit 请尽快发货"},
    {trigger: ".modal .btn-primary", run: "click"},
    {trigger: ".o_1688_confirm_row:contains(请尽快发货)"},
    {trigger: ".o_1688_confirm_row button[aria-expanded=false]", run: "click"},
    {trigger: ".o_1688_confirm_table table img"},
    {
        content: "1688 asks no more than was quoted: nothing is to be accepted",
        trigger: ".o_1688_confirm_row:not(.table-warning)",
    },
    {trigger: ".o_1688_confirm_place:enabled:contains(Place 1 order)", run: "click"},
    {trigger: ".o_1688_confirm_progress:contains(Placed 0 of 1)"},
]);

addTour("purchase_1688_verified", () => [
    {trigger: `.o_1688_confirm_row:contains(${params().get("number")}) .badge.text-bg-success`},
    {content: "The buyer does not pay", trigger: ".o_1688_confirm_row:contains(payment)"},
    {trigger: ".o_1688_confirm_row a:not([target])", run: "click"},
    {trigger: ".o_arrow_button_current[data-value=verified]"},
    {trigger: "button[name=action_view_payments]", run: "click"},
    {trigger: ".o_arrow_button_current[data-value=requested]"},
    {trigger: ".o_form_view:not(:has(button[name=action_approve]))"},
]);

addTour("purchase_1688_pay", () => [
    ...openMenu("purchase_1688_payment_menu"),
    {trigger: ".o_data_row [name=seller_names]", run: "click"},
    {content: "In Chinese", trigger: ".o_arrow_button_current:contains(/[一-鿿]/)"},
    {trigger: "button[name=action_approve]:contains(/[一-鿿]/)", run: "click"},
    {trigger: ".modal .modal-body:contains(/[一-鿿]/)"},
    {trigger: ".modal footer .btn-primary", run: "click"},
    {trigger: ".o_arrow_button_current[data-value=approved]"},
]);

addTour("purchase_1688_paid", () => [
    {trigger: ".o_arrow_button_current[data-value=paid]"},
    {trigger: "[name=line_ids] .o_data_row .badge.text-bg-success"},
    {trigger: "button[name=action_view_orders]", run: "click"},
    {trigger: ".o_list_view .o_data_row [name=state] .badge.text-bg-success"},
]);
