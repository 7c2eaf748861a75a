# ruff: noqa: E501 tables with one row a line
"""Goods tables: household, kitchen, lighting, sports and outdoors."""

from .family import choice, colours, family

HOUSEHOLD = (
    family("thermos", "316不锈钢保温杯=316 stainless steel vacuum flask|保温杯=vacuum flask|智能显温保温杯=vacuum flask with temperature display", "大容量=large-capacity|食品级=food-grade|防漏=leak-proof|车载=for the car",
           "材质:Material=316不锈钢:316 stainless steel|保温时长:Keeps warm=12小时:12 hours|风格:Style=简约:Simple|可定制:Custom logo=是:Yes", 23.5, 340, (26, 8, 8), "个", colours("white black pink mint navy"), choice("容量=Capacity", "350ml|500ml|750ml")),
    family("umbrella", "全自动折叠雨伞=automatic folding umbrella|晴雨两用伞=sun and rain umbrella", "防晒=UV protection|抗风=windproof|黑胶=black coating|十骨=ten ribs",
           "伞面:Canopy=碰击布:Pongee|骨数:Ribs=10骨:10|功能:Function=晴雨两用:Sun and rain", 15.9, 390, (30, 6, 6), "把", colours("navy black red mint purple")),
    family("box", "衣物收纳箱=clothes storage box|塑料整理箱=plastic organiser box", "加厚=thick|带滑轮=with wheels|可叠放=stackable|透明可视=see-through",
           "材质:Material=PP:PP|可叠放:Stackable=是:Yes|盖子:Lid=带盖:With lid", 14.8, 1150, (50, 36, 28), "个", colours("clear grey pink"), choice("容量=Capacity", "20L|35L|60L|80L")),
    family("towel", "纯棉毛巾=cotton towel|加厚洗脸巾=thick face towel", "纯棉=pure cotton|吸水=absorbent|不掉毛=lint-free|加厚=thick",
           "材质:Material=棉:Cotton|尺寸:Size=35×75cm:35 × 75 cm|克重:Weight=110g:110 g", 4.6, 110, (35, 20, 3), "条", colours("white sky pink beige grey")),
    family("bin", "脚踏垃圾桶=pedal waste bin|带盖垃圾桶=waste bin with lid", "静音缓降=soft-close|大容量=large-capacity|防臭=odour-tight|免手动=hands-free",
           "材质:Material=PP:PP|开盖:Opening=脚踏:Pedal", 18.6, 1300, (28, 24, 38), "个", colours("white grey black"), choice("容量=Capacity", "8L|12L|20L")),
    family("hanger", "浸塑衣架=coated clothes hanger|无痕衣架=no-mark hanger", "加粗=thick|防滑=non-slip|无痕=no marks|干湿两用=for wet and dry",
           "材质:Material=浸塑钢丝:Coated steel|宽度:Width=40cm:40 cm", 0.85, 62, (40, 20, 1), "个", colours("blue pink green black grey")),
)  # fmt: skip

KITCHEN = (
    family("scale", "电子厨房秤=digital kitchen scale|烘焙电子秤=baking scale|家用食物克秤=household food scale", "高精度0.1g=0.1 g precision|不锈钢秤面=stainless steel plate|充电款=rechargeable|烘焙=for baking",
           "量程:Range=5kg:5 kg|精度:Precision=0.1g:0.1 g|供电:Power=USB充电:USB charging|材质:Material=不锈钢+ABS:Stainless steel and ABS", 62.0, 420, (24, 18, 3), "台", colours("white black silver"), colour="white"),
    family("knife", "厨房菜刀=kitchen knife|不锈钢厨师刀=stainless steel chef's knife", "锋利=sharp|锻打=forged|防锈=rust-free|家用=household",
           "材质:Material=5Cr15钢:5Cr15 steel|刃长:Blade=18cm:18 cm|手柄:Handle=ABS:ABS", 17.5, 310, (32, 9, 3), "把", choice("款式=Type", "菜刀=Cleaver|厨师刀=Chef's knife|水果刀=Fruit knife"), colour="silver"),
    family("board", "竹砧板=bamboo cutting board|家用切菜板=household chopping board", "整竹=solid bamboo|防霉=mould-resistant|双面=double-sided|加厚=thick",
           "材质:Material=竹:Bamboo|厚度:Thickness=2cm:2 cm", 12.9, 900, (38, 26, 2), "个", choice("尺寸=Size", "28×20cm|34×24cm|40×28cm"), colour="wood"),
    family("pan", "不粘煎锅=non-stick frying pan|麦饭石平底锅=stone-coated frying pan", "麦饭石=stone coating|少油烟=little smoke|电磁炉通用=induction-ready|加厚=thick base",
           "材质:Material=铝合金:Aluminium alloy|涂层:Coating=麦饭石:Stone|适用:Stoves=燃气/电磁炉:Gas and induction", 32.0, 980, (45, 28, 7), "个", colours("black red beige"), choice("直径=Diameter", "24cm|26cm|28cm")),
    family("lunchbox", "分格饭盒=divided lunch box|微波炉便当盒=microwave bento box", "可微波=microwave-safe|密封=airtight|分格=divided|食品级=food-grade",
           "材质:Material=PP:PP|分格:Compartments=3格:3|微波:Microwave=可:Yes", 9.9, 280, (22, 16, 7), "个", colours("mint pink blue beige")),
    family("mug", "陶瓷马克杯=ceramic mug|简约咖啡杯=plain coffee mug", "高温瓷=high-fired|可定制LOGO=custom logo|哑光=matt glaze|大容量=large",
           "材质:Material=陶瓷:Ceramic|容量:Capacity=350ml:350 ml|工艺:Craft=色釉:Colour glaze", 6.8, 360, (12, 9, 10), "个", colours("white black mint coral navy")),
)  # fmt: skip

LIGHTING = (
    family("desklamp", "LED护眼台灯=LED eye-care desk lamp|学习台灯=study lamp|折叠台灯=folding desk lamp", "护眼无频闪=flicker-free|三色调光=three light colours|触控=touch control|充电插电两用=battery or mains",
           "光源:Light source=LED:LED|功率:Power=10W:10 W|色温:Colour temperature=3000-6000K:3000-6000 K|供电:Supply=USB:USB", 36.8, 720, (40, 18, 14), "盏", colours("white black pink mint"), choice("规格=Version", "插电款=Mains|充电款=Rechargeable")),
    family("bulb", "LED球泡灯=LED bulb|节能灯泡=energy-saving bulb", "E27螺口=E27 screw cap|高亮=bright|节能=energy-saving|恒流=constant current",
           "灯头:Cap=E27:E27|光源:Light source=LED:LED|显色:CRI=Ra80:Ra 80", 2.4, 55, (11, 6, 6), "只", choice("功率=Power", "5W|9W|12W|18W"), choice("光色=Light colour", "白光=Cool white|暖光=Warm white", 3302), colour="white"),
    family("nightlight", "人体感应小夜灯=motion sensor night light|床头小夜灯=bedside night light", "人体感应=motion sensor|充电=rechargeable|磁吸=magnetic|柔光=soft light",
           "供电:Supply=USB充电:USB charging|感应:Sensor=人体+光:Motion and light", 12.5, 95, (9, 9, 4), "个", choice("光色=Light colour", "白光=Cool white|暖光=Warm white", 3302), colour="yellow"),
    family("strings", "LED装饰灯串=LED string lights|星星灯=fairy lights", "防水=waterproof|遥控=with remote|太阳能=solar|氛围=mood lighting",
           "光源:Light source=LED:LED|防水:Protection=IP44:IP44", 7.8, 120, (15, 10, 6), "套", choice("长度=Length", "5米=5 m|10米=10 m|20米=20 m"), choice("光色=Light colour", "暖白=Warm white|彩色=Multicolour", 3302), colour="yellow"),
    family("torch", "强光手电筒=bright LED torch|充电手电=rechargeable torch", "强光=high-power|变焦=zoom|防水=waterproof|Type-C充电=USB-C charging",
           "材质:Material=铝合金:Aluminium|照射距离:Range=300米:300 m|电池:Battery=18650:18650", 19.9, 210, (14, 4, 4), "支", colours("black silver red")),
    family("floorlamp", "北欧落地灯=Nordic floor lamp|客厅落地灯=living room floor lamp", "北欧=Nordic|遥控调光=remote dimming|布艺灯罩=fabric shade|实木=solid wood",
           "光源:Light source=LED:LED|高度:Height=150cm:150 cm|灯罩:Shade=布艺:Fabric", 79.0, 3800, (155, 40, 40), "盏", colours("white black wood")),
)  # fmt: skip

SPORTS = (
    family("yogamat", "TPE瑜伽垫=TPE yoga mat|健身垫=fitness mat", "防滑=non-slip|加厚=thick|双色=two-tone|送绑带=with strap",
           "材质:Material=TPE:TPE|尺寸:Size=183×61cm:183 × 61 cm", 24.0, 880, (62, 13, 13), "个", colours("purple green pink blue"), choice("厚度=Thickness", "6mm|8mm|10mm")),
    family("dumbbell", "包胶哑铃=rubber dumbbell|六角哑铃=hex dumbbell", "包胶=rubber-coated|静音=quiet|六角防滚=anti-roll|家用=household",
           "材质:Material=铸铁包胶:Rubber-coated iron|手柄:Handle=镀铬:Chrome", 19.0, 2500, (22, 11, 11), "只", choice("重量=Weight", "2.5kg|5kg|7.5kg|10kg"), colour="black"),
    family("rope", "钢丝跳绳=steel wire skipping rope|计数跳绳=counting skipping rope", "可调节=adjustable|轴承=ball bearing|专业=professional|负重=weighted",
           "绳:Rope=钢丝:Steel wire|长度:Length=3米可调:3 m, adjustable", 6.5, 150, (20, 12, 5), "根", colours("black blue pink")),
    family("ball", "7号篮球=size 7 basketball|PU篮球=PU basketball", "耐磨=wear-resistant|吸湿=moisture-absorbing|室内外=indoor and outdoor|比赛用=match",
           "材质:Material=PU:PU|规格:Size=7号:7", 33.0, 610, (25, 25, 25), "个", colours("orange brown navy")),
    family("tent", "全自动户外帐篷=automatic camping tent|速开帐篷=quick-open tent", "防雨=rainproof|加厚=thick|一秒速开=opens in a second|通风=ventilated",
           "面料:Fabric=210T涤纶:210T polyester|防水:Water column=3000mm:3000 mm", 118.0, 3300, (80, 18, 18), "套", colours("army orange blue"), choice("规格=Size", "2-3人=2-3 people|3-4人=3-4 people|5-8人=5-8 people")),
    family("bottle", "运动水壶=sports water bottle|Tritan水杯=Tritan water bottle", "防摔=shatterproof|食品级=food-grade|大容量=large-capacity|带提绳=with strap",
           "材质:Material=Tritan:Tritan|盖:Lid=弹盖:Flip lid", 12.8, 160, (24, 8, 8), "个", colours("clear blue pink black"), choice("容量=Capacity", "600ml|1000ml")),
)  # fmt: skip

HOME = HOUSEHOLD + KITCHEN + LIGHTING + SPORTS
