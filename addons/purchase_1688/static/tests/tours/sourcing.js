import {registry} from "@web/core/registry";

/** Milliseconds for a step; a busy machine is no failure. */
const PATIENCE = 60000;

/** What the test tells by the address: names. */
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

/** Words and a category, found by walking down the tree; the run is started, stopped and continued. */
addTour("purchase_1688_sourcing_words", () => [
    {trigger: "[data-menu-xmlid='purchase_1688.purchase_1688_menu']", run: "click"},
    {trigger: "[data-menu-xmlid='purchase_1688.purchase_1688_sourcing_menu']", run: "click"},
    {trigger: ".o_breadcrumb:contains(Search on 1688)"},
    {trigger: ".o_list_button_add", run: "click"},
    {trigger: ".o_field_widget[name=keyword] input", run: "edit 数据线"},
    {trigger: "button[name=action_browse_categories]", run: "click"},
    ...params()
        .get("path")
        .split(" / ")
        .map((name) => ({trigger: `.modal .o_data_row td[name=name]:contains(${name})`, run: "click"})),
    {trigger: "body:not(:has(.modal))"},
    {trigger: `.o_field_widget[name=category_id] input:value(${params().get("path")})`},
    {trigger: "button[name=action_start]:contains(Find and rank)", run: "click"},
    {trigger: ".o_sourcing_progress .fa-spinner"},
    {trigger: "button[name=action_stop]", run: "click"},
    {trigger: ".o_arrow_button_current:contains(Stopped)"},
    {trigger: ".o_sourcing_progress:not(:has(.fa-spinner))"},
    {trigger: "button[name=action_start]:contains(Continue)", run: "click"},
    {trigger: ".o_sourcing_progress .fa-spinner"},
]);

/** From a product: its words, picture and price are the question. */
addTour("purchase_1688_sourcing_start", () => [
    {trigger: ".o_notebook [name=ali1688_sources]", run: "click"},
    {trigger: "button[name=action_ali1688_search_similar]", run: "click"},
    {trigger: ".o_sourcing_progress .fa-spinner"},
    {content: "The question has a picture", trigger: ".o_field_widget[name=picture] img"},
    {trigger: ".o_notebook :contains(The first candidates appear)"},
]);

const card = (rank, rest = "") => `.o_purchase_1688_shortlist .o_kanban_record:has(.o_purchase_1688_rank:contains(/^${rank}$/))${rest}`;

/** What was found: collected as sources, added to another product, never seen again, left out for a reason. */
addTour("purchase_1688_sourcing_candidates", () => [
    {trigger: ".o_sourcing_progress .progress-bar.bg-success"},
    {content: "A picture, a price and figures", trigger: card(1, " .o_purchase_1688_result_picture img")},
    {trigger: card(1, " .o_purchase_1688_figures td")},
    {trigger: card(1, " button[name=action_pick]"), run: "click"},
    {trigger: card(1, " .o_purchase_1688_picked")},
    {trigger: card(2, " button[name=action_pick]"), run: "click"},
    {trigger: card(2, " .o_purchase_1688_picked")},
    {trigger: "button[name=action_collect_picked]", run: "click"},
    {trigger: ".o_notification:contains(2 offers are sources of the product now)"},
    {trigger: card(1, " .text-success")},
    {content: "As source of another product", trigger: card(3, " button[name=action_collect_as]"), run: "click"},
    {trigger: ".modal .o_field_widget[name=product_tmpl_id] input", run: `edit ${params().get("other")}`},
    {trigger: `.o-autocomplete--dropdown-item:contains(${params().get("other")})`, run: "click"},
    {trigger: ".modal button[name=action_collect]", run: "click"},
    {trigger: ".modal .o_data_row .badge.text-bg-success"},
    {trigger: ".modal button[special=cancel]", run: "click"},
    {trigger: "body:not(:has(.modal))"},
    {content: "Never again", trigger: card(4, " button[name=action_refuse]"), run: "click"},
    {trigger: ".modal .o_field_widget[name=reason] input", run: "edit A copy of our own design"},
    {trigger: ".modal button[name=action_block]", run: "click"},
    {trigger: ".o_sourcing_progress:contains(1 never again)"},
    {trigger: ".o_notebook [name=left_out]", run: "click"},
    {content: "All that is left is good", trigger: ".o_sourcing_left_out:contains(Nobody was left out)"},
    {content: "The dearest first", trigger: ".o_notebook [name=limits]", run: "click"},
    {trigger: "[name=rule_ids] .o_data_row:first [name=descending] input", run: "click"},
    {trigger: ".o_form_button_save", run: "click"},
    {trigger: ".o_form_saved"},
    {trigger: "[data-menu-xmlid='purchase_1688.purchase_1688_menu']", run: "click"},
    {trigger: "[data-menu-xmlid='purchase_1688.purchase_1688_sourcing_block_menu']", run: "click"},
    {trigger: ".o_data_row:contains(A copy of our own design)"},
]);
