import { NavBar } from "@web/webclient/navbar/navbar";
import { browser } from "@web/core/browser/browser";
import { patch } from "@web/core/utils/patch";
import { reactive, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

const ROOT = "purchase_1688.purchase_1688_menu";
// Milliseconds for which a count is good enough, whatever a person clicks.
const FRESH = 10000;
// What tells that a count may have changed, besides coming back to the page and opening a screen.
const NEWS = ["purchase_1688/comparison", "purchase_1688/counts"];

/** How many things wait for this person, for the badges of the menu: one small question, asked when there is news. */
export const menuCounts = {
    dependencies: ["bus_service", "menu", "orm"],
    start(env, { bus_service: bus, menu, orm }) {
        const counts = reactive({});
        let asked = 0;
        const load = async (atLeast = FRESH) => {
            if (Date.now() - asked < atLeast || document.hidden) {
                return;
            }
            asked = Date.now();
            Object.assign(counts, await orm.silent.call("purchase.1688.issue", "get_menu_counts", []));
        };
        // Who does not see the menu is never asked for.
        if (menu.getAll().some((item) => item.xmlid === ROOT)) {
            load();
            NEWS.forEach((name) => bus.subscribe(name, () => load(1000)));
            env.bus.addEventListener("ACTION_MANAGER:UI-UPDATED", () => load());
            browser.addEventListener("focus", () => load());
        }
        return { counts, load };
    },
};

registry.category("services").add("purchase_1688_menu_counts", menuCounts);

patch(NavBar.prototype, {
    setup() {
        super.setup();
        this.counts1688 = useState(useService("purchase_1688_menu_counts").counts);
    },

    /** The count of a menu item, or 0; the top item has all of them together. */
    count1688(item) {
        if (item.xmlid === ROOT) {
            return Object.values(this.counts1688).reduce((sum, count) => sum + count, 0);
        }
        return this.counts1688[item.xmlid] || 0;
    },
});
