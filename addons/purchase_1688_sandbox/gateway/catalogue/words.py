# ruff: noqa: E501 tables with one row a line
"""Words that names of sellers and titles of goods are made of."""

from .model import Text

UNITS = {
    "件": "piece", "个": "piece", "条": "piece", "双": "pair", "把": "piece", "顶": "piece", "支": "piece",
    "本": "book", "套": "set", "台": "unit", "盏": "unit", "根": "piece", "卷": "roll", "只": "piece", "包": "pack", "盒": "box",
}  # fmt: skip

# Openings and endings of titles.
OPENINGS = (
    Text("厂家直销", "factory direct"), Text("跨境热销", "cross-border bestseller"), Text("2026新款", "new for 2026"),
    Text("源头工厂", "from the factory"), Text("一件代发", "dropshipping"), Text("现货速发", "in stock"),
)  # fmt: skip
ENDINGS = (
    Text("批发", "wholesale"), Text("支持定制", "customisable"), Text("亚马逊同款", "as sold on Amazon"),
    Text("礼品", "gift"), Text("量大从优", "discount for volume"), Text("48小时发货", "ships within 48 h"),
)  # fmt: skip

# Department: words for the company's name, and where its factories are.
DEPARTMENTS = (
    ("服饰", "Garment", ("440104", "330105", "350581", "320581")),
    ("箱包", "Bags", ("130684", "440103", "330303", "440111")),
    ("鞋业", "Footwear", ("350582", "330302", "330304", "510107")),
    ("数码科技", "Digital Technology", ("440306", "440307", "441999", "440305")),
    ("日用品", "Household Goods", ("330782", "330784", "331003", "371302")),
    ("厨具", "Kitchenware", ("330784", "440606", "440511", "330282")),
    ("照明", "Lighting", ("442099", "440605", "330282", "330206")),
    ("玩具", "Toys", ("440515", "330782", "440507", "330304")),
    ("文具", "Stationery", ("330282", "330782", "330212", "440113")),
    ("五金工具", "Hardware", ("330784", "331004", "371311", "320505")),
    ("化妆用品", "Cosmetics", ("440111", "330782", "440106", "330703")),
    ("体育用品", "Sporting Goods", ("330784", "350582", "370214", "330783")),
)

NAME_WORDS = (
    ("云帆", "Yunfan"), ("恒达", "Hengda"), ("锦程", "Jincheng"), ("瑞丰", "Ruifeng"), ("佳美", "Jiamei"),
    ("鑫源", "Xinyuan"), ("博远", "Boyuan"), ("华盛", "Huasheng"), ("永兴", "Yongxing"), ("天悦", "Tianyue"),
    ("宏图", "Hongtu"), ("优品", "Youpin"), ("乐居", "Leju"), ("东升", "Dongsheng"), ("金禾", "Jinhe"),
    ("盛世", "Shengshi"), ("海蓝", "Hailan"), ("欣荣", "Xinrong"), ("嘉禾", "Jiahe"), ("百川", "Baichuan"),
    ("星辰", "Xingchen"), ("启航", "Qihang"), ("润泽", "Runze"), ("明德", "Mingde"), ("广源", "Guangyuan"),
    ("立信", "Lixin"), ("凯旋", "Kaixuan"), ("雅致", "Yazhi"), ("顺昌", "Shunchang"), ("金凤", "Jinfeng"),
    ("奇胜", "Qisheng"), ("浩宇", "Haoyu"), ("诚信达", "Chengxinda"), ("万家", "Wanjia"), ("南洋", "Nanyang"),
    ("双林", "Shuanglin"), ("新宇", "Xinyu"), ("飞扬", "Feiyang"), ("龙腾", "Longteng"), ("圣元", "Shengyuan"),
    ("九州", "Jiuzhou"), ("三和", "Sanhe"), ("德胜", "Desheng"), ("美佳", "Meijia"), ("长青", "Changqing"),
    ("和顺", "Heshun"), ("卓越", "Zhuoyue"), ("兴旺", "Xingwang"), ("春晖", "Chunhui"), ("正泰来", "Zhengtailai"),
    ("聚力", "Juli"), ("康宁", "Kangning"), ("峰达", "Fengda"), ("彩虹", "Caihong"), ("慧谷", "Huigu"),
    ("风华", "Fenghua"), ("富源", "Fuyuan"), ("茂林", "Maolin"), ("旭日", "Xuri"), ("银河", "Yinhe"),
)  # fmt: skip

CITY_PINYIN = {
    "4401": "Guangzhou", "3301": "Hangzhou", "3505": "Quanzhou", "3205": "Suzhou", "1306": "Baoding", "3303": "Wenzhou",
    "5101": "Chengdu", "4403": "Shenzhen", "4419": "Dongguan", "3307": "Jinhua", "3310": "Taizhou", "3713": "Linyi",
    "4406": "Foshan", "4405": "Shantou", "3302": "Ningbo", "4420": "Zhongshan", "3702": "Qingdao",
}  # fmt: skip
