# ruff: noqa: E501 tables with one row a line
"""Goods tables: digital accessories, toys, office supplies, hardware tools."""

from .family import choice, colours, family

MODELS = choice("适用型号=For model", "iPhone 15|iPhone 16|iPhone 16 Pro|iPhone 16 Pro Max", 3230)
PLUGS = choice("接口=Plug", "Type-C|Lightning|Micro USB", 3240)

DIGITAL = (
    family("case", "液态硅胶手机壳=liquid silicone phone case|磁吸手机壳=magnetic phone case|全包防摔手机壳=shockproof phone case", "磁吸=magnetic|全包防摔=shockproof|肤感=skin-soft|镜头全包=camera protection",
           "材质:Material=液态硅胶:Liquid silicone|款式:Style=保护壳:Back cover|磁吸:Magnetic=支持:Yes", 5.8, 48, (17, 9, 2), "个", colours("black white navy pink mint purple"), MODELS),
    family("stand", "桌面手机支架=desk phone stand|折叠平板支架=folding tablet stand", "铝合金=aluminium|可升降=height-adjustable|折叠=folding|防滑=non-slip",
           "材质:Material=铝合金:Aluminium|适用:For=手机/平板:Phones and tablets", 9.6, 210, (14, 10, 4), "个", colours("silver black pink")),
    family("cable", "快充数据线=fast charging cable|编织充电线=braided charging cable", "6A超级快充=6 A fast charging|编织=braided|耐弯折=bend-proof|加长=long",
           "材质:Material=尼龙编织:Braided nylon|电流:Current=6A:6 A", 3.6, 36, (12, 8, 2), "根", colours("black white red"), PLUGS, choice("长度=Length", "1米=1 m|2米=2 m", 3250)),
    family("earbuds", "真无线蓝牙耳机=true wireless earbuds|入耳式降噪耳机=in-ear noise cancelling earbuds", "降噪=noise cancelling|长续航=long battery life|低延迟=low latency|触控=touch control",
           "蓝牙:Bluetooth=5.3:5.3|续航:Battery life=30小时:30 hours|防水:Protection=IPX5:IPX5", 39.9, 58, (7, 5, 3), "台", colours("white black pink")),
    family("charger", "氮化镓充电器=GaN charger|PD快充头=PD fast charger", "氮化镓=GaN|多口=multi-port|折叠插脚=folding pins|3C认证=CCC certified",
           "接口:Ports=2C1A:2 × USB-C, 1 × USB-A|输入:Input=100-240V:100-240 V", 29.0, 115, (7, 4, 4), "个", colours("white black"), choice("功率=Power", "30W|65W|100W")),
    family("powerbank", "移动电源=power bank|快充充电宝=fast charging power bank", "自带线=built-in cable|22.5W快充=22.5 W fast charging|大容量=large-capacity|可上飞机=allowed on aircraft",
           "电芯:Cells=聚合物:Polymer|输出:Output=22.5W:22.5 W|认证:Certificate=3C:CCC", 49.0, 230, (15, 7, 2), "个", colours("white black purple"), choice("容量=Capacity", "10000mAh|20000mAh")),
)  # fmt: skip

TOYS = (
    family("plush", "泰迪熊毛绒玩具=teddy bear plush toy|抱抱熊公仔=hugging bear", "柔软=soft|PP棉=PP cotton filling|可爱=cute|礼物=gift",
           "填充:Filling=PP棉:PP cotton|面料:Fabric=短毛绒:Short plush|适用年龄:Age=3岁以上:3 and up", 13.5, 320, (40, 26, 18), "个", colours("brown beige pink"), choice("高度=Height", "30cm|45cm|60cm")),
    family("blocks", "大颗粒积木=large building blocks|益智拼装积木=construction blocks", "大颗粒=large pieces|无毛刺=smooth-edged|兼容=compatible|益智=educational",
           "材质:Material=ABS:ABS|适用年龄:Age=3岁以上:3 and up|认证:Certificate=3C:CCC", 28.0, 950, (34, 22, 12), "套", choice("颗粒数=Pieces", "100粒=100 pieces|200粒=200 pieces|300粒=300 pieces"), colour="red"),
    family("puzzle", "1000片拼图=1000-piece puzzle|成人减压拼图=puzzle for adults", "蓝芯板=blueboard|不掉屑=no dust|高清=sharp print|减压=relaxing",
           "材质:Material=蓝芯纸板:Blueboard|尺寸:Size=75×50cm:75 × 50 cm", 16.5, 680, (28, 20, 5), "盒", choice("图案=Picture", "星空=Starry sky|风景=Landscape|城市=City"), colour="sky"),
    family("cube", "三阶魔方=3x3 magic cube|磁力魔方=magnetic magic cube", "磁力=magnetic|顺滑=smooth|比赛专用=for competitions|益智=educational",
           "材质:Material=ABS:ABS|阶数:Order=三阶:3x3|适用年龄:Age=6岁以上:6 and up", 7.9, 88, (6, 6, 6), "个", colour="red"),
    family("rccar", "遥控越野车=remote control off-road car|四驱攀爬车=4WD climbing car", "四驱=four-wheel drive|可充电=rechargeable|防撞=crash-proof|2.4G=2.4 GHz",
           "比例:Scale=1:16:1/16|频率:Radio=2.4GHz:2.4 GHz|适用年龄:Age=6岁以上:6 and up".replace("1:16:1/16", "1比16:1/16"), 58.0, 1250, (32, 22, 16), "台", colours("red blue green orange")),
    family("balloon", "乳胶气球=latex balloons|生日派对气球=birthday party balloons", "加厚=thick|不易爆=burst-resistant|哑光=matt|派对=party",
           "材质:Material=乳胶:Latex|尺寸:Size=10寸:10 inch|数量:Count=100个:100", 5.9, 210, (18, 12, 4), "包", colours("red pink blue gold white")),
)  # fmt: skip

OFFICE = (
    family("notebook", "A5皮面笔记本=A5 leather-look notebook|商务记事本=business notebook", "加厚=thick|可定制LOGO=custom logo|磁扣=magnetic clasp|道林纸=ivory paper",
           "内页:Paper=100g道林纸:100 g ivory|页数:Pages=200页:200|规格:Size=A5:A5", 8.5, 330, (21, 15, 2), "本", colours("black brown navy pink"), choice("内页=Ruling", "横线=Lined|空白=Blank|方格=Squared")),
    family("pen", "按动中性笔=retractable gel pen|速干中性笔=quick-dry gel pen", "速干=quick-dry|顺滑=smooth|大容量=long-writing|考试=for exams",
           "笔尖:Tip=0.5mm:0.5 mm|墨水:Ink=速干:Quick-dry", 0.65, 11, (15, 1, 1), "支", colours("black blue red", "墨水颜色=Ink colour")),
    family("calculator", "财务计算器=accounting calculator|12位大屏计算器=12-digit large screen calculator", "大屏=large screen|太阳能双电源=dual power|语音=talking|大按键=large keys",
           "位数:Digits=12位:12|电源:Power=双电源:Dual", 16.0, 210, (18, 13, 4), "台", colours("black white pink")),
    family("stapler", "省力订书机=low-force stapler|中型订书机=medium stapler", "省力=low-force|耐用=durable|旋转=rotating|加厚可订=heavy-duty",
           "订页:Capacity=25页:25 sheets|订针:Staples=24/6:24/6", 7.2, 180, (14, 4, 6), "个", colours("blue black pink mint")),
    family("folder", "A4抽杆文件夹=A4 slide-bar report folder|资料册=display book", "加厚=thick|防水=waterproof|透明=transparent|办公=office",
           "规格:Size=A4:A4|材质:Material=PP:PP", 0.95, 48, (31, 22, 1), "个", colours("clear blue red yellow green")),
    family("tape", "封箱胶带=packing tape|透明打包胶带=clear packing tape", "高粘=high tack|静音=quiet|加厚=thick|不易断=tear-resistant",
           "宽度:Width=4.5cm:4.5 cm|材质:Material=BOPP:BOPP", 2.2, 180, (11, 11, 5), "卷", choice("长度=Length", "50米=50 m|100米=100 m|150米=150 m"), colour="khaki"),
    family("carton", "快递纸箱=shipping carton|五层加硬纸箱=five-ply hard carton", "加硬=extra hard|瓦楞=corrugated|防压=crush-resistant|可定制=custom print",
           "材质:Material=瓦楞纸:Corrugated board|层数:Ply=5层:5|尺寸:Size=35×19×23cm:35 × 19 × 23 cm", 1.35, 290, (35, 19, 3), "个", colour="khaki"),
)  # fmt: skip

TOOLS = (
    family("screwdriver", "十字螺丝刀=Phillips screwdriver|磁性起子=magnetic screwdriver", "强磁=strong magnet|铬钒钢=chrome vanadium steel|防滑手柄=non-slip handle|加长=long",
           "材质:Material=铬钒钢:Chrome vanadium|手柄:Handle=双色:Two-component", 4.8, 120, (22, 4, 4), "把", colours("red yellow blue", "手柄颜色=Handle colour"), choice("规格=Version", "5×75mm|6×100mm|6×150mm")),
    family("hammer", "羊角锤=claw hammer|木工锤=carpenter's hammer", "一体锻造=one-piece forged|减震=shock-absorbing|防滑=non-slip|高碳钢=high carbon steel",
           "锤头:Head=高碳钢:High carbon steel|手柄:Handle=玻纤:Fibreglass", 16.2, 720, (33, 13, 4), "把", choice("重量=Weight", "0.25kg|0.5kg|0.75kg"), colour="orange"),
    family("wrench", "活动扳手=adjustable wrench|大开口扳手=wide-jaw wrench", "大开口=wide jaw|铬钒钢=chrome vanadium steel|刻度=with scale|防锈=rust-free",
           "材质:Material=铬钒钢:Chrome vanadium|表面:Finish=镀铬:Chrome", 14.6, 420, (26, 7, 2), "把", choice("规格=Version", "6寸=6 inch|8寸=8 inch|10寸=10 inch|12寸=12 inch"), colour="silver"),
    family("tapemeasure", "钢卷尺=steel tape measure|自锁卷尺=self-locking tape measure", "自锁=self-locking|耐摔=drop-proof|公英制=metric and imperial|加厚=thick",
           "材质:Material=碳钢:Carbon steel|外壳:Case=ABS+TPR:ABS + TPR", 6.4, 240, (8, 8, 4), "把", colours("yellow red black"), choice("长度=Length", "3米=3 m|5米=5 m|7.5米=7.5 m")),
    family("padlock", "叶片铜挂锁=brass padlock|防水挂锁=waterproof padlock", "纯铜锁芯=brass cylinder|防水=waterproof|防撬=pry-proof|通开可选=keyed alike on request",
           "材质:Material=铜:Brass|钥匙:Keys=3把:3", 7.6, 160, (8, 5, 2), "把", choice("规格=Width", "30mm|40mm|50mm|60mm"), colour="gold"),
    family("gloves", "浸胶劳保手套=coated work gloves|防滑工作手套=non-slip work gloves", "耐磨=wear-resistant|防滑=non-slip|透气=breathable|加厚=thick",
           "材质:Material=尼龙+丁腈:Nylon and nitrile|等级:Level=EN388:EN 388", 2.1, 52, (24, 12, 2), "双", colours("grey orange blue black"), choice("尺码=Size", "M|L|XL")),
)  # fmt: skip

DESK = DIGITAL + TOYS + OFFICE + TOOLS
