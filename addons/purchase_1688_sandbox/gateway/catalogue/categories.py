# ruff: noqa: E501 tables with one row a line
"""The category tree: twelve departments, three levels, Chinese with English."""

from .model import Text

TREE = (
    ("服装", "Apparel", ("上装", "Tops", "tshirt T恤 T-shirts|hoodie 卫衣 Hoodies|shirt 衬衫 Shirts"),
     ("下装与配饰", "Bottoms and accessories", "jeans 牛仔裤 Jeans|dress 连衣裙 Dresses|cap 帽子 Hats and caps|socks 袜子 Socks")),
    ("箱包皮具", "Bags", ("包袋", "Bags", "backpack 双肩包 Backpacks|tote 手提包 Tote bags|pouch 收纳包 Pouches"),
     ("旅行与皮具", "Travel and leather goods", "suitcase 拉杆箱 Suitcases|wallet 钱包 Wallets")),
    ("鞋靴", "Footwear", ("休闲鞋", "Casual shoes", "sneaker 运动鞋 Sneakers|canvas 帆布鞋 Canvas shoes"),
     ("居家与雨鞋", "Home and rain shoes", "slipper 拖鞋 Slippers|boot 雨靴 Rain boots")),
    ("数码配件", "Digital accessories", ("手机配件", "Phone accessories", "case 手机壳 Phone cases|stand 手机支架 Phone stands|cable 数据线 Data cables"),
     ("影音与电源", "Audio and power", "earbuds 蓝牙耳机 Bluetooth earbuds|charger 充电器 Chargers|powerbank 移动电源 Power banks")),
    ("家居日用", "Household", ("水具与雨具", "Drinkware and rain gear", "thermos 保温杯 Vacuum flasks|umbrella 雨伞 Umbrellas"),
     ("收纳清洁", "Storage and cleaning", "box 收纳箱 Storage boxes|towel 毛巾 Towels|bin 垃圾桶 Waste bins|hanger 衣架 Clothes hangers")),
    ("厨房用品", "Kitchen", ("厨房工具", "Kitchen tools", "scale 厨房秤 Kitchen scales|knife 刀具 Knives|board 砧板 Cutting boards"),
     ("锅具餐具", "Cookware and tableware", "pan 煎锅 Frying pans|lunchbox 饭盒 Lunch boxes|mug 马克杯 Mugs")),
    ("灯饰照明", "Lighting", ("室内照明", "Indoor lighting", "desklamp 台灯 Desk lamps|bulb 灯泡 Bulbs|nightlight 小夜灯 Night lights"),
     ("户外与装饰", "Outdoor and decorative", "strings 灯串 String lights|torch 手电筒 Torches|floorlamp 落地灯 Floor lamps")),
    ("玩具", "Toys", ("毛绒与益智", "Plush and educational", "plush 毛绒玩具 Plush toys|blocks 积木 Building blocks|puzzle 拼图 Puzzles|cube 魔方 Magic cubes"),
     ("遥控与派对", "Remote control and party", "rccar 遥控车 Remote control cars|balloon 气球 Balloons")),
    ("办公文具", "Office supplies", ("书写与本册", "Writing and books", "notebook 笔记本 Notebooks|pen 中性笔 Gel pens|calculator 计算器 Calculators"),
     ("办公与包装", "Desk and packaging", "stapler 订书机 Staplers|folder 文件夹 Folders|tape 胶带 Packing tape|carton 纸箱 Cartons")),
    ("五金工具", "Hardware tools", ("手动工具", "Hand tools", "screwdriver 螺丝刀 Screwdrivers|hammer 锤子 Hammers|wrench 扳手 Wrenches|tapemeasure 卷尺 Tape measures"),
     ("锁具与劳保", "Locks and safety", "padlock 挂锁 Padlocks|gloves 劳保手套 Work gloves")),
    ("美妆个护", "Beauty", ("彩妆", "Make-up", "lipstick 口红 Lipsticks|brushes 化妆刷 Make-up brushes|mirror 化妆镜 Make-up mirrors"),
     ("护理", "Care", "cream 护手霜 Hand creams|comb 梳子 Combs|perfume 香水瓶 Perfume bottles")),
    ("运动户外", "Sports and outdoors", ("健身", "Fitness", "yogamat 瑜伽垫 Yoga mats|dumbbell 哑铃 Dumbbells|rope 跳绳 Skipping ropes"),
     ("户外与球类", "Outdoor and balls", "ball 篮球 Basketballs|tent 帐篷 Tents|bottle 运动水壶 Sports bottles")),
)  # fmt: skip


class Category:
    """A node of the tree. ``level`` is 1 to 3; ``parent_id`` is 0 at the top."""

    def __init__(self, category_id, name, level, parent_id):
        self.category_id = category_id
        self.name = name
        self.level = level
        self.parent_id = parent_id
        self.children = []

    @property
    def leaf(self):
        """Whether goods hang here."""
        return self.level == 3


def build_tree():
    """Make the tree.

    :return: ``(categories by id, leaf id by slug)``
    """
    nodes = {0: Category(0, Text("根类目", "Root"), 0, 0)}
    slugs = {}

    def add(category_id, zh, en, parent_id):
        node = Category(category_id, Text(zh, en), nodes[parent_id].level + 1, parent_id)
        nodes[category_id] = node
        nodes[parent_id].children.append(node)
        return category_id

    for position, (zh, en, *seconds) in enumerate(TREE, start=1):
        top = add(10000 + 100 * position, zh, en, 0)
        for index, (zh2, en2, leaves) in enumerate(seconds, start=1):
            second = add(1030000 + 1000 * position + 100 * index, zh2, en2, top)
            for number, leaf in enumerate(leaves.split("|"), start=1):
                slug, zh3, en3 = leaf.split(" ", 2)
                slugs[slug] = add(second + number, zh3, en3, second)
    return nodes, slugs


def path_of(nodes, category_id):
    """Ids from the top down to a category, without the root."""
    path = []
    while category_id:
        path.insert(0, category_id)
        category_id = nodes[category_id].parent_id
    return path
