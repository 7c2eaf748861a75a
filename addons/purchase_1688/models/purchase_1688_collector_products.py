from odoo import api, models
from odoo.fields import Command


class Purchase1688Collector(models.AbstractModel):
    """How collected offers become products."""

    _inherit = "purchase.1688.collector"

    # --- making products

    @api.model
    def _make_products(self, offers):
        """Give every offer its product: template, a variant and a source per SKU. What exists is completed."""
        offers.check_access("write")
        collector = self.sudo()  # see the class
        for offer in offers.sudo():
            collector.with_company(offer.company_id)._make_product(offer)
        return offers.product_tmpl_id

    def _make_product(self, offer):
        template = offer.product_tmpl_id
        skus = offer.sku_ids.filtered("active")
        if not template:
            template = self._create_template(offer, skus)
            offer.product_tmpl_id = template
        self._write_changed(template, {"weight": template.weight or offer.weight})
        mapped = (
            offer.with_context(active_test=False).source_ids.filtered(lambda s: s.product_tmpl_id == template).sku_id
        )
        todo = skus - mapped
        variants = self._find_variants(template, todo) if todo else {}
        self.env["purchase.1688.source"]._with_origin("collect").create(
            [{"product_id": product.id, "sku_id": sku.id} for sku, product in variants.items()]
        )

    def _create_template(self, offer, skus):
        lines = self._prepare_attribute_lines(skus)
        vals = {
            "name": offer.with_context(lang="en_US").name,
            "type": "consu",
            "purchase_ok": True,
            "weight": offer.weight,
            "attribute_line_ids": [Command.create(line) for line in lines],
        }
        if "is_storable" in self.env["product.template"]._fields:
            vals["is_storable"] = True
        template = self.env["product.template"].with_context(lang="en_US", create_from_1688=True).create(vals)
        self._translate(template, "name", [offer.name_zh])
        return template

    def _prepare_attribute_lines(self, skus):
        """One line per attribute of the SKUs, with the values they use, in their order."""
        wanted = {}
        for attribute in (attribute for sku in skus for attribute in sku.attributes or []):
            values = wanted.setdefault(attribute["name"], {})
            values.setdefault(attribute["value"], attribute)
        if len(skus) == 1:
            return []
        lines = []
        for name, values in wanted.items():
            attribute = self._get_attribute(name, next(iter(values.values()))["name_zh"])
            found = self._get_attribute_values(attribute, values)
            lines.append(
                {
                    "attribute_id": attribute.id,
                    "value_ids": [Command.set([found[value].id for value in values])],
                }
            )
        return lines

    def _get_attribute(self, name, name_zh):
        """An attribute that makes variants one by one: SKUs are seldom every combination of their values."""
        Attribute = self.env["product.attribute"].with_context(lang="en_US")
        attribute = Attribute.search([("name", "=", name), ("create_variant", "=", "dynamic")], limit=1)
        if not attribute:
            attribute = Attribute.create({"name": name, "create_variant": "dynamic"})
            self._translate(attribute, "name", [name_zh])
        return attribute

    def _get_attribute_values(self, attribute, wanted):
        """{text: product.attribute.value} for `wanted` {text: attribute as stored on the SKU}."""
        Value = self.env["product.attribute.value"].with_context(lang="en_US")
        found = {
            value.name: value
            for value in Value.search([("attribute_id", "=", attribute.id), ("name", "in", list(wanted))])
        }
        missing = [text for text in wanted if text not in found]
        created = Value.create([{"attribute_id": attribute.id, "name": text} for text in missing])
        self._translate(created, "name", [wanted[text]["value_zh"] for text in missing])
        return {**found, **dict(zip(missing, created, strict=True))}

    def _find_variants(self, template, skus):
        """{sku: variant}: existing variants by their values, new ones where the template knows the attributes."""
        template = template.with_context(lang="en_US")
        lines = {line.attribute_id.name: line for line in template.attribute_line_ids}
        if not lines:
            return (
                {skus[0]: template.product_variant_id} if len(skus) == 1 and template.product_variant_count == 1 else {}
            )
        self._complete_values(lines, skus)
        by_text = {
            (value.attribute_id.name, value.name): value
            for value in template.attribute_line_ids.product_template_value_ids
        }
        combinations = {}
        for sku in skus:
            texts = [(attribute["name"], attribute["value"]) for attribute in sku.attributes or []]
            if {name for name, _value in texts} == set(lines) and len(texts) == len(lines):
                combinations.setdefault(frozenset(by_text[text].id for text in texts), sku)
        existing = {frozenset(v.product_template_attribute_value_ids.ids): v for v in template.product_variant_ids}
        missing = [ids for ids in combinations if ids not in existing]
        created = self.env["product.product"].create(
            [
                {
                    "product_tmpl_id": template.id,
                    "product_template_attribute_value_ids": [Command.set(sorted(ids))],
                }
                for ids in missing
            ]
        )
        variants = {**existing, **dict(zip(missing, created, strict=True))}
        for ids, sku in combinations.items():
            if sku.weight and not variants[ids].weight:
                variants[ids].weight = sku.weight
        return {sku: variants[ids] for ids, sku in combinations.items()}

    def _complete_values(self, lines, skus):
        """Add values to the template that new SKUs brought."""
        wanted = {}
        for attribute in (attribute for sku in skus for attribute in sku.attributes or []):
            if attribute["name"] in lines:
                wanted.setdefault(attribute["name"], {}).setdefault(attribute["value"], attribute)
        for name, texts in wanted.items():
            line = lines[name]
            present = set(line.value_ids.mapped("name"))
            new = {text: attribute for text, attribute in texts.items() if text not in present}
            if new:
                values = self._get_attribute_values(line.attribute_id, new)
                line.value_ids = [Command.link(value.id) for value in values.values()]
