# ruff: noqa: E501 tables with one row a line
"""Goods tables: apparel, bags, footwear, beauty."""

from .family import choice, colours, family

SIZES = choice("尺码=Size", "S|M|L|XL")
WIDE_SIZES = choice("尺码=Size", "M|L|XL|2XL|3XL")
ONE_COLOUR = "颜色=Colour"

APPAREL = (
    family("tshirt", "短袖T恤=short-sleeve T-shirt|T恤=T-shirt|圆领短袖上衣=crew-neck short-sleeve top",
           "纯棉=pure cotton|宽松=loose-fit|重磅=heavyweight|纯色=plain", "面料:Fabric=棉:Cotton|克重:Fabric weight=220g/m²:220 g/m²|领型:Collar=圆领:Crew neck|适用季节:Season=夏季:Summer",
           16.8, 210, (30, 25, 2), "件", colours("white black red navy grey yellow"), SIZES),
    family("hoodie", "连帽卫衣=hoodie|加绒卫衣=fleece hoodie|套头卫衣=pullover hoodie", "加绒=fleece-lined|宽松=loose-fit|情侣款=unisex|休闲=casual",
           "面料:Fabric=棉涤混纺:Cotton and polyester|版型:Fit=宽松:Loose|适用季节:Season=秋冬:Autumn and winter", 42.5, 620, (35, 28, 6), "件", colours("grey black beige green"), WIDE_SIZES),
    family("shirt", "长袖衬衫=long-sleeve shirt|商务衬衫=business shirt", "免烫=non-iron|修身=slim-fit|抗皱=wrinkle-free|商务=business",
           "面料:Fabric=棉:Cotton|袖长:Sleeve=长袖:Long|版型:Fit=修身:Slim", 35.9, 260, (32, 24, 3), "件", colours("white sky navy pink"), SIZES),
    family("jeans", "牛仔裤=jeans|直筒牛仔裤=straight jeans", "高腰=high-waist|弹力=stretch|直筒=straight-leg|水洗=washed",
           "面料:Fabric=牛仔布:Denim|腰型:Waist=高腰:High|裤长:Length=长裤:Full length", 48.0, 560, (34, 26, 4), "条", colours("navy sky black"), choice("尺码=Size", "26|27|28|29|30|31")),
    family("dress", "连衣裙=dress|收腰长裙=waisted long dress", "雪纺=chiffon|收腰=waisted|法式=French style|显瘦=slimming",
           "面料:Fabric=雪纺:Chiffon|裙长:Length=中长裙:Midi|风格:Style=法式:French", 45.0, 280, (30, 24, 3), "件", colours("wine beige green black"), SIZES),
    family("cap", "棒球帽=baseball cap|鸭舌帽=peaked cap", "纯棉=cotton|可调节=adjustable|防晒=sun protection|刺绣=embroidered",
           "面料:Fabric=棉:Cotton|帽檐:Brim=弯檐:Curved|头围:Head size=56-60cm:56-60 cm", 8.6, 90, (25, 18, 12), "顶", colours("black white navy khaki red pink")),
    family("socks", "中筒袜=crew socks|棉袜=cotton socks", "精梳棉=combed cotton|吸汗=sweat-absorbing|防臭=odour-resistant|四季=all-season",
           "面料:Fabric=精梳棉:Combed cotton|筒高:Height=中筒:Crew|适用季节:Season=四季:All seasons", 2.9, 45, (20, 10, 2), "双", colours("white black grey navy pink"), choice("尺码=Size", "35-39|40-44"), kind="socks"),
)  # fmt: skip

BAGS = (
    family("backpack", "双肩包=backpack|电脑背包=laptop backpack", "大容量=large-capacity|防泼水=splash-proof|减负=load-relieving|商务=business",
           "材质:Material=牛津布:Oxford cloth|容量:Capacity=25L:25 L|适用电脑:Laptop size=15.6英寸:15.6 inch", 46.0, 780, (46, 31, 14), "个", colours("black grey navy wine")),
    family("tote", "帆布手提包=canvas tote bag|托特包=tote bag", "加厚帆布=thick canvas|大容量=large-capacity|可定制LOGO=custom logo|环保=eco-friendly",
           "材质:Material=帆布:Canvas|尺寸:Size=38×40cm:38 × 40 cm|印花:Print=可定制:To order", 7.5, 160, (40, 38, 2), "个", colours("beige black khaki green"), choice("规格=Version", "无拉链=No zip|有拉链=With zip")),
    family("pouch", "化妆收纳包=make-up pouch|洗漱包=wash bag", "防水=waterproof|旅行=travel|便携=portable|大容量=large-capacity",
           "材质:Material=PU皮:PU leather|尺寸:Size=22×12×10cm:22 × 12 × 10 cm", 11.2, 130, (22, 12, 10), "个", colours("pink black mint grey"), choice("规格=Size", "小号=Small|大号=Large")),
    family("suitcase", "拉杆箱=trolley suitcase|行李箱=luggage case", "静音万向轮=silent swivel wheels|密码锁=combination lock|耐磨=wear-resistant|铝框=aluminium frame",
           "材质:Material=ABS+PC:ABS + PC|锁:Lock=密码锁:Combination lock|轮子:Wheels=万向轮:Swivel", 98.0, 3200, (55, 38, 24), "个", colours("silver black pink mint"), choice("尺寸=Size", "20寸=20 inch|24寸=24 inch|28寸=28 inch")),
    family("wallet", "短款钱包=short wallet|男士钱包=men's wallet", "头层牛皮=full-grain leather|多卡位=many card slots|超薄=ultra-thin|复古=vintage",
           "材质:Material=牛皮:Cowhide|卡位:Card slots=8个:8|款式:Style=短款:Short", 22.0, 95, (12, 10, 2), "个", colours("brown black navy")),
)  # fmt: skip

SHOES = (
    family("sneaker", "运动鞋=sneakers|跑步鞋=running shoes|飞织运动鞋=knit sneakers", "透气=breathable|轻便=lightweight|减震=cushioned|防滑=non-slip",
           "鞋面:Upper=飞织:Knit|鞋底:Sole=EVA:EVA|功能:Function=减震:Cushioning", 39.0, 620, (32, 21, 12), "双", colours("white black grey red"), choice("尺码=Size", "39|40|41|42|43|44")),
    family("canvas", "帆布鞋=canvas shoes|低帮板鞋=low-top plimsolls", "百搭=goes with anything|硫化底=vulcanised sole|低帮=low-top|学生=student",
           "鞋面:Upper=帆布:Canvas|鞋底:Sole=橡胶:Rubber|鞋帮:Top=低帮:Low", 24.5, 560, (30, 20, 11), "双", colours("white black red yellow"), choice("尺码=Size", "35|36|37|38|39|40")),
    family("slipper", "居家拖鞋=house slippers|EVA凉拖=EVA sandals", "防滑=non-slip|厚底=thick-soled|静音=quiet|踩屎感=cloud-soft",
           "材质:Material=EVA:EVA|鞋底:Sole=厚底4cm:4 cm thick|场合:Use=居家:Home", 6.9, 260, (28, 11, 8), "双", colours("mint pink grey navy beige"), choice("尺码=Size", "36-37|38-39|40-41|42-43")),
    family("boot", "雨靴=rain boots|中筒水鞋=mid-calf wellington boots", "防水=waterproof|防滑=non-slip|加绒可选=lining optional|耐磨=wear-resistant",
           "材质:Material=PVC:PVC|筒高:Height=中筒:Mid-calf|功能:Function=防水防滑:Waterproof, non-slip", 19.8, 980, (36, 28, 12), "双", colours("black green yellow wine"), choice("尺码=Size", "36|37|38|39|40|41")),
)  # fmt: skip

BEAUTY = (
    family("lipstick", "哑光口红=matte lipstick|丝绒口红=velvet lipstick", "丝绒=velvet|不沾杯=transfer-proof|显白=brightening|持久=long-lasting",
           "净含量:Net weight=3.5g:3.5 g|质地:Finish=哑光:Matte|保质期:Shelf life=3年:3 years", 8.8, 28, (8, 2, 2), "支", colours("red rose coral wine brown", "色号=Shade")),
    family("brushes", "化妆刷套装=make-up brush set|12支化妆刷=12-piece make-up brush set", "纤维毛=synthetic hair|柔软=soft|便携=portable|收纳包=with pouch",
           "刷毛:Hair=纤维毛:Synthetic|手柄:Handle=木柄:Wood|数量:Pieces=12支:12", 15.5, 190, (22, 12, 4), "套", colours("pink black mint")),
    family("mirror", "LED化妆镜=LED make-up mirror|台式补光镜=lighted table mirror", "三色补光=three light colours|触控=touch control|可充电=rechargeable|折叠=folding",
           "供电:Power=USB充电:USB charging|灯光:Light=三色:Three colours|镜面:Mirror=高清:HD", 21.0, 430, (24, 18, 5), "个", colours("white pink black")),
    family("cream", "护手霜=hand cream|保湿护手霜=moisturising hand cream", "保湿=moisturising|清爽不油=non-greasy|留香=fragrant|便携=pocket-size",
           "净含量:Net weight=30g:30 g|功效:Effect=保湿:Moisturising|保质期:Shelf life=3年:3 years", 2.6, 42, (13, 4, 3), "支", choice("香味=Scent", "玫瑰=Rose|茉莉=Jasmine|樱花=Cherry blossom|牛奶=Milk"), colour="pink"),
    family("comb", "气垫梳=cushion brush|按摩梳=massage comb", "防静电=anti-static|顺发=detangling|按摩=massaging|可定制=custom logo",
           "材质:Material=榉木:Beech|类型:Type=气垫:Cushion", 5.4, 110, (24, 8, 4), "把", colours("wood black pink")),
    family("perfume", "分装香水瓶=refillable perfume bottle|玻璃喷雾瓶=glass spray bottle", "玻璃=glass|细腻喷雾=fine mist|便携=portable|旅行=travel",
           "材质:Material=玻璃:Glass|容量:Capacity=见规格:See version", 3.2, 85, (12, 4, 4), "个", colours("clear pink gold purple"), choice("容量=Capacity", "10ml|30ml|50ml")),
)  # fmt: skip

WEAR = APPAREL + BAGS + SHOES + BEAUTY
