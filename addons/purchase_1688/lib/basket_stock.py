"""Stock that several lines of a basket take of together.

All lines of a SKU are short where together they want more of it than there is, see `costing_values.Line.short_by`.
"""

from dataclasses import replace

from .basket_lines import short_twin


def with_one_stock(demands):
    """The demands [Demand], with the same stock (1688 units) wherever they name the same SKU: the least one.

    Answers are of different age: what somebody had less of once, he may not have now either.
    """
    stocks = {}
    for option in (option for demand in demands for option in demand.options if option is not None):
        key, stock = option.terms.sku_key, option.terms.stock
        if stock is not None:
            stocks[key] = min(stock, stocks.get(key, stock))

    def level(option):
        stock = None if option is None else stocks.get(option.terms.sku_key)
        if stock is None or stock == option.terms.stock:
            return option
        return replace(option, terms=replace(option.terms, stock=stock))

    return tuple(replace(demand, options=tuple(map(level, demand.options))) for demand in demands)


def share_stock(sources):
    """Where several lines can exhaust a SKU together, give each way that is not short a twin that is, up to enough.

    :param sources: [Source] of one seller, with ways
    :return: [(sources, stock in 1688 units)] of these SKUs
    """
    skus, shared = {}, []
    for source in sources:
        skus.setdefault(source.terms.sku_key, []).append(source)
    for mine in skus.values():
        stock, most = mine[0].terms.stock, {}
        for source in mine:
            highest = max(way.high for way in source.ways) * source.lot
            most[source.row] = max(highest, most.get(source.row, highest))
        if stock is not None and len(most) > 1 and sum(most.values()) > stock:
            shared.append((mine, stock))
            for source in mine:
                twins = [short_twin(source, way) for way in source.ways if not way.short]
                source.ways += [twin for twin in twins if twin]
    return shared


def add_stock(program, sources, stock, whole=True):
    """Either all that is taken of this SKU is there, or all lines that take of it are short."""
    within, short = [], []
    for source in sources:
        for way in source.ways:
            (short if way.short else within).append((source, way))
    taken = [pair for source, way in within for pair in source.way_quantity(way)]
    program.at_most(taken, float(stock))
    exhausted = program.column(whole=whole)
    for row in dict.fromkeys(source.row for source in sources):
        program.at_most([*((way.taken, 1.0) for one, way in within if one.row == row), (exhausted, 1.0)], 1.0)
        program.at_most([*((way.taken, 1.0) for one, way in short if one.row == row), (exhausted, -1.0)], 0.0)
