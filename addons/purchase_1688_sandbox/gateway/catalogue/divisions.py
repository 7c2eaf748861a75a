# ruff: noqa: E501 tables with one row a line
"""A small table of China's administrative divisions: every province, and the cities the sandbox uses."""

PROVINCES = {
    "110000": ("北京市", "Beijing", "100000"),
    "120000": ("天津市", "Tianjin", "300000"),
    "130000": ("河北省", "Hebei", "050000"),
    "140000": ("山西省", "Shanxi", "030000"),
    "150000": ("内蒙古自治区", "Inner Mongolia", "010000"),
    "210000": ("辽宁省", "Liaoning", "110000"),
    "220000": ("吉林省", "Jilin", "130000"),
    "230000": ("黑龙江省", "Heilongjiang", "150000"),
    "310000": ("上海市", "Shanghai", "200000"),
    "320000": ("江苏省", "Jiangsu", "210000"),
    "330000": ("浙江省", "Zhejiang", "310000"),
    "340000": ("安徽省", "Anhui", "230000"),
    "350000": ("福建省", "Fujian", "350000"),
    "360000": ("江西省", "Jiangxi", "330000"),
    "370000": ("山东省", "Shandong", "250000"),
    "410000": ("河南省", "Henan", "450000"),
    "420000": ("湖北省", "Hubei", "430000"),
    "430000": ("湖南省", "Hunan", "410000"),
    "440000": ("广东省", "Guangdong", "510000"),
    "450000": ("广西壮族自治区", "Guangxi", "530000"),
    "460000": ("海南省", "Hainan", "570000"),
    "500000": ("重庆市", "Chongqing", "400000"),
    "510000": ("四川省", "Sichuan", "610000"),
    "520000": ("贵州省", "Guizhou", "550000"),
    "530000": ("云南省", "Yunnan", "650000"),
    "540000": ("西藏自治区", "Tibet", "850000"),
    "610000": ("陕西省", "Shaanxi", "710000"),
    "620000": ("甘肃省", "Gansu", "730000"),
    "630000": ("青海省", "Qinghai", "810000"),
    "640000": ("宁夏回族自治区", "Ningxia", "750000"),
    "650000": ("新疆维吾尔自治区", "Xinjiang", "830000"),
}

CITIES = {
    "110100": (
        "北京市",
        "Beijing",
        "110101 东城区 110102 西城区 110105 朝阳区 110106 丰台区 110108 海淀区",
    ),
    "120100": ("天津市", "Tianjin", "120101 和平区 120102 河东区 120104 南开区"),
    "130100": ("石家庄市", "Shijiazhuang", "130102 长安区 130104 桥西区 130105 新华区"),
    "130600": ("保定市", "Baoding", "130602 竞秀区 130606 莲池区 130684 高碑店市"),
    "210100": ("沈阳市", "Shenyang", "210102 和平区 210103 沈河区"),
    "310100": (
        "上海市",
        "Shanghai",
        "310101 黄浦区 310104 徐汇区 310105 长宁区 310106 静安区 310112 闵行区 310115 浦东新区 310118 青浦区",
    ),
    "320100": ("南京市", "Nanjing", "320102 玄武区 320104 秦淮区 320106 鼓楼区 320115 江宁区"),
    "320500": (
        "苏州市",
        "Suzhou",
        "320505 虎丘区 320506 吴中区 320507 相城区 320508 姑苏区 320581 常熟市",
    ),
    "330100": (
        "杭州市",
        "Hangzhou",
        "330102 上城区 330105 拱墅区 330106 西湖区 330108 滨江区 330109 萧山区 330110 余杭区",
    ),
    "330200": (
        "宁波市",
        "Ningbo",
        "330203 海曙区 330205 江北区 330206 北仑区 330212 鄞州区 330282 慈溪市",
    ),
    "330300": ("温州市", "Wenzhou", "330302 鹿城区 330303 龙湾区 330304 瓯海区 330381 瑞安市"),
    "330700": (
        "金华市",
        "Jinhua",
        "330702 婺城区 330703 金东区 330782 义乌市 330783 东阳市 330784 永康市",
    ),
    "331000": ("台州市", "Taizhou", "331002 椒江区 331003 黄岩区 331004 路桥区"),
    "340100": ("合肥市", "Hefei", "340102 瑶海区 340104 蜀山区"),
    "350200": ("厦门市", "Xiamen", "350203 思明区 350205 海沧区 350206 湖里区"),
    "350500": ("泉州市", "Quanzhou", "350502 鲤城区 350503 丰泽区 350581 石狮市 350582 晋江市"),
    "370200": ("青岛市", "Qingdao", "370202 市南区 370203 市北区 370214 城阳区"),
    "371300": ("临沂市", "Linyi", "371302 兰山区 371311 罗庄区"),
    "410100": ("郑州市", "Zhengzhou", "410102 中原区 410105 金水区"),
    "420100": ("武汉市", "Wuhan", "420102 江岸区 420106 武昌区 420111 洪山区"),
    "430100": ("长沙市", "Changsha", "430102 芙蓉区 430104 岳麓区"),
    "440100": (
        "广州市",
        "Guangzhou",
        "440103 荔湾区 440104 越秀区 440105 海珠区 440106 天河区 440111 白云区 440113 番禺区",
    ),
    "440300": (
        "深圳市",
        "Shenzhen",
        "440303 罗湖区 440304 福田区 440305 南山区 440306 宝安区 440307 龙岗区",
    ),
    "440500": ("汕头市", "Shantou", "440507 龙湖区 440511 金平区 440515 澄海区"),
    "440600": ("佛山市", "Foshan", "440604 禅城区 440605 南海区 440606 顺德区"),
    "441900": ("东莞市", "Dongguan", "441999 东莞市"),
    "442000": ("中山市", "Zhongshan", "442099 中山市"),
    "460100": ("海口市", "Haikou", "460105 秀英区 460106 龙华区"),
    "500100": ("重庆市", "Chongqing", "500103 渝中区 500112 渝北区"),
    "510100": ("成都市", "Chengdu", "510104 锦江区 510105 青羊区 510107 武侯区"),
    "540100": ("拉萨市", "Lhasa", "540102 城关区"),
    "610100": ("西安市", "Xi'an", "610102 新城区 610113 雁塔区"),
    "650100": ("乌鲁木齐市", "Urumqi", "650102 天山区 650104 新市区"),
}


def _districts():
    table = {}
    for _name, _pinyin, text in CITIES.values():
        words = text.split()
        table.update(zip(words[::2], words[1::2], strict=True))
    return table


DISTRICTS = _districts()

BETWEEN = " ,，"


def name_of(code):
    """The name of a division of any level, or an empty text."""
    if code in PROVINCES:
        return PROVINCES[code][0]
    if code in CITIES:
        return CITIES[code][0]
    return DISTRICTS.get(code, "")


def parts_of(code):
    """Province, city and district names of a division code; empty texts where it says nothing."""
    province, city = f"{code[:2]}0000", f"{code[:4]}00"
    district = DISTRICTS.get(code, "")
    return name_of(province), name_of(city) if code[2:4] != "00" else "", district


def full_name(code):
    """浙江省 杭州市 滨江区 for 330108."""
    return " ".join(part for part in parts_of(code) if part)


def children_of(code):
    """Codes of the divisions directly below; of the country for an empty code or 0."""
    if not code or code in ("0", "1"):
        return list(PROVINCES)
    if code in PROVINCES:
        return [city for city in CITIES if city[:2] == code[:2]]
    return (
        [district for district in DISTRICTS if district[:4] == code[:4]] if code in CITIES else []
    )


def post_code(code):
    """The postal code of the province a division lies in."""
    province = PROVINCES.get(f"{code[:2]}0000")
    return province[2] if province else ""


def _short(name):
    for suffix in ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市", "区", "县"):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name[: -len(suffix)]
    return name


def _take(text, name):
    """Cut a division's name off the start of a text; None if it does not start so."""
    text = text.lstrip(BETWEEN)
    for form in (name, _short(name)):
        if text.startswith(form):
            return text[len(form) :].lstrip(BETWEEN)
    return None


def _take_district(text, name):
    """The same; a short name must stand alone, for streets are often called after districts."""
    rest = _take(text, name)
    shortened = not text.lstrip(BETWEEN).startswith(name)
    if rest and shortened and text.lstrip(BETWEEN)[len(_short(name))] not in BETWEEN:
        return None
    return rest


def parse(text):
    """Find the most exact division a Chinese address names.

    :return: ``(code, rest of the text)``; the code is empty when no province or city is named.
    """
    text = text.strip()
    code = ""
    for province, (name, _pinyin, _post) in PROVINCES.items():
        rest = _take(text, name)
        if rest is not None:
            code, text = province, rest
            break
    for city, (name, _pinyin, _districts_text) in CITIES.items():
        rest = _take(text, name) if not code or city[:2] == code[:2] else None
        if rest is not None:
            code, text = city, rest
            break
    candidates = [key for key in DISTRICTS if code and key[:2] == code[:2]]
    if code and code[2:4] != "00":
        candidates = [key for key in candidates if key[:4] == code[:4]]
    if not code:
        # 义乌市…: cities below a city are often named alone
        candidates = [key for key, name in DISTRICTS.items() if name.endswith("市")]
    for district in candidates:
        rest = _take_district(text, DISTRICTS[district])
        if rest is not None:
            return district, rest
    return code, text


def find(province, city, district):
    """The division code for three names, as exact as they allow; empty when unknown."""
    code, _rest = parse(f"{province or ''} {city or ''} {district or ''}")
    return code


def parent_of(code):
    """The division above; empty above a province."""
    if code in PROVINCES:
        return ""
    return f"{code[:2]}0000" if code in CITIES else f"{code[:4]}00"
