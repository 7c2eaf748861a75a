from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .purchase_1688_collector import plain

#: the number of what is above all categories
ROOT = "0"
#: how many levels there are below it; whatever the platform says, nothing walks further
LEVELS = 3
FRESH = timedelta(days=30)
READ_SECONDS = 8.0
NUMBER_LENGTH = 20
NAME_LENGTH = 60


class Purchase1688Category(models.Model):
    """A category of goods at 1688: the name of its number. Read where somebody looks, then kept for all companies."""

    _name = "purchase.1688.category"
    _description = "1688 Category"
    _order = "name, id"
    _rec_names_search = ["name", "name_zh", "ref"]

    ref = fields.Char("Category number", required=True, readonly=True)
    name = fields.Char("Category", required=True, readonly=True)
    name_zh = fields.Char("Name at 1688", readonly=True)
    parent_id = fields.Many2one("purchase.1688.category", "Within", readonly=True, index=True, ondelete="cascade")
    leaf = fields.Boolean("Nothing below", readonly=True)
    read_at = fields.Datetime("Read", readonly=True, help="When it was read what is below.")

    _ref_uniq = models.UniqueIndex("(ref)", "Somebody else has just read this category. Try again.")

    @api.depends("name", "name_zh", "parent_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for category in self:
            category.display_name = " / ".join(step._get_name() for step in category._get_path())

    # --- actions

    def action_look_inside(self):
        """List what is below, or choose it where there is nothing."""
        self.ensure_one()
        return self.action_choose() if self.leaf else self._open_below()

    def action_choose(self):
        """Let the sourcing run that asked look in this category only."""
        self.ensure_one()
        run = self.env["purchase.1688.sourcing"].browse(self.env.context.get("ali1688_sourcing_id"))
        run.category_id = self
        return {"type": "ir.actions.act_window_close"}

    def _open_below(self):
        """The window that leads down the tree, one level each time."""
        self._read_below()
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_category_action")
        name = self.display_name or action["name"]
        context = {"ali1688_sourcing_id": self.env.context.get("ali1688_sourcing_id")}
        return {**action, "name": name, "domain": [("parent_id", "=", self.id)], "context": context}

    # --- external API

    @api.model
    def get_categories(self, ref=ROOT):
        """What is below a category; 1688 is asked unless it is known.

        :param str ref: number of a category; without it, what is above all
        :return: [{"id", "ref", "name", "name_zh", "path", "leaf"}]
        """
        below = self._find(ref)._read_below()
        return [
            {
                "id": category.id,
                "ref": category.ref,
                "name": category.name,
                "name_zh": category.name_zh or "",
                "path": category.display_name,
                "leaf": category.leaf,
            }
            for category in below
        ]

    # --- business

    def _get_path(self):
        """The category with those above it, from the top; without what is above all."""
        path, step = self.browse(), self
        for _level in range(LEVELS):
            if not step or step.ref == ROOT:
                break
            path, step = step + path, step.parent_id
        return path

    def _get_name(self):
        """Its name in the language of who reads."""
        return self.name_zh or self.name if (self.env.lang or "").startswith("zh") else self.name

    @api.model
    def _find(self, ref):
        """The category of a number; 1688 is asked for its name and for those above it, unless they are known."""
        ref = plain(ref, NUMBER_LENGTH)
        if not _is_number(ref):
            raise UserError(
                self.env._("“%s” is no category number: 1688 numbers its categories, e.g. 1031910.", ref)
            )
        told, known = [], self.search([("ref", "=", ref)])
        while not known and len(told) < LEVELS:
            told.append(self._ask(ref))
            ref = told[-1][0].parent_ids[-1] if told[-1][0].parent_ids else ROOT
            known = self.search([("ref", "=", ref)])
        for node, words in reversed(told):
            known = self._store(known, [node], words)
        return known

    def _read_below(self):
        """The categories below this one; 1688 is asked unless that was done lately."""
        self.ensure_one()
        if not self.leaf and (not self.read_at or self.read_at < fields.Datetime.now() - FRESH):
            node, words = self._ask(self.ref)
            self._store(self, node.children, words)
            self.sudo().read_at = fields.Datetime.now()  # what the platform told, whoever looked
        return self.search([("parent_id", "=", self.id)])

    @api.model
    def _ask(self, ref):
        """(category with its children, {number: name in the account's language}) as 1688 tells them now."""
        self.env["purchase.1688.sourcing"].check_access("create")  # who may search may look what there is
        account = self.env["purchase.1688.offer"]._get_account()
        requests = [
            ("product.category", {"category_id": ref}),
            ("product.category_words", {"category_id": ref, "language": account.language}),
        ]
        node, words = account._call_many(requests, purpose="category", timeout=READ_SECONDS)
        if isinstance(node, Exception):
            raise UserError(self.env["purchase.1688.offer"]._describe_failure(node)) from node
        # the Chinese names are enough to go on with
        translated = () if isinstance(words, Exception) else (words, *words.children)
        return node, {child.category_id: child.translated for child in translated}

    @api.model
    def _store(self, parent, nodes, words):
        """Write down what was told of categories within `parent`; returns them."""
        nodes = {node.category_id: node for node in nodes if _is_number(node.category_id) and node.name}
        own_sudo = self.sudo()  # what the platform told, whoever looked
        known = {category.ref: category for category in own_sudo.search([("ref", "in", list(nodes))])}
        above, fresh = parent._get_path(), []
        for ref, node in nodes.items():
            name_zh = plain(node.name, NAME_LENGTH)
            vals = {
                "name": plain(words.get(ref), NAME_LENGTH) or name_zh,
                "name_zh": name_zh,
                "parent_id": parent.id,
                "leaf": node.leaf,
            }
            if ref not in known:
                fresh.append({"ref": ref, **vals})
            elif ref != ROOT and known[ref] not in above:
                known[ref].write(vals)
        made = own_sudo.create(fresh)
        return made.union(*known.values()).with_env(self.env)


def _is_number(ref):
    return ref.isascii() and ref.isdigit() and len(ref) <= NUMBER_LENGTH
