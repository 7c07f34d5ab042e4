package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// product is something the shop sells in sizes.
type product struct {
	name    string
	price   int // yuan
	colours []string
	fabric  string
}

// fit is a size and whom it fits.
type fit struct {
	size, larger string
	height       [2]int // centimetres
	weight       [2]int // kilograms
}

var fits = []fit{
	{"S", "M", [2]int{153, 161}, [2]int{42, 48}},
	{"M", "L", [2]int{157, 166}, [2]int{49, 55}},
	{"L", "XL", [2]int{160, 170}, [2]int{56, 63}},
	{"XL", "2XL", [2]int{162, 173}, [2]int{64, 72}},
}

var products = []product{
	{"羊毛大衣", 899, []string{"燕麦色", "驼色", "黑色"}, "百分之九十澳毛"},
	{"双面呢外套", 569, []string{"奶白", "雾蓝", "深灰"}, "双面羊毛呢"},
	{"桑蚕丝衬衫", 399, []string{"珍珠白", "香槟色", "墨绿"}, "19 姆米桑蚕丝"},
	{"小香风外套", 459, []string{"黑白格", "粉白格", "藏青"}, "粗花呢"},
	{"直筒牛仔裤", 189, []string{"复古蓝", "浅蓝", "炭黑"}, "十二安棉弹牛仔"},
	{"针织开衫", 239, []string{"燕麦色", "雾紫", "焦糖"}, "绵羊毛混纺"},
	{"茶歇裙", 279, []string{"碎花绿", "砖红", "奶杏"}, "醋酸缎面"},
	{"灯芯绒半裙", 199, []string{"咖色", "墨绿", "酒红"}, "细条灯芯绒"},
	{"长款羽绒服", 799, []string{"象牙白", "黑色", "雾霾蓝"}, "90 白鹅绒"},
	{"西装阔腿裤", 219, []string{"黑色", "卡其", "深灰"}, "三醋酸混纺"},
	{"加绒卫衣", 159, []string{"麻灰", "奶油黄", "藏青"}, "三百二十克加绒棉"},
	{"德绒打底衫", 99, []string{"黑色", "肤色", "豆沙"}, "德绒"},
	{"羊绒毛衣", 529, []string{"奶白", "驼色", "雾粉"}, "百分百山羊绒"},
	{"连帽风衣", 429, []string{"卡其", "军绿", "米白"}, "高密斜纹棉"},
}

var (
	gifts     = []string{"羊绒围巾", "帆布包", "香薰蜡烛", "洗护套装", "发夹三件套", "保温杯", "真丝发带", "毛球修剪器", "桂花护手霜"}
	cities    = []string{"杭州", "成都", "西安", "武汉", "长沙", "沈阳", "哈尔滨", "广州", "南京", "青岛", "郑州", "昆明", "厦门", "合肥", "太原"}
	couriers  = []string{"顺丰", "中通", "圆通", "京东", "韵达", "邮政"}
	shippings = []string{"48 小时内", "24 小时内", "今天下午", "明早", "当天", "后天统一"}
	waits     = []string{"三天后", "一周左右", "下周", "半个月", "十天左右", "这周末"}
	pastDays  = []string{"昨天", "前天", "上周", "三天前", "大前天"}
	weekdays  = []string{"周一", "周二", "周三", "周四", "周五", "周六", "周日"}
	clocks    = []string{"七点", "七点半", "八点", "八点半", "九点"}
	hours     = []string{"中午", "下午两点", "下午四点", "晚上六点", "晚上八点", "傍晚"}
	holidays  = []string{"周末", "国庆", "生日", "中秋", "月底"}
	weathers  = []string{"降温了", "下雨", "出太阳了", "刮大风", "终于凉快了", "起雾了", "下雪了", "阴天"}
	months    = []string{"这个月", "下个月", "十一月", "年底前"}
)

// slots fills the blanks of one scene. The same blank gets the same filling all through the scene, so that an answer fits
// its question.
type slots struct {
	rng     *rand.Rand
	filled  map[string]string
	product product
	fit     fit
}

func newSlots(rng *rand.Rand) *slots {
	return &slots{rng: rng, filled: make(map[string]string), product: pick(rng, products), fit: pick(rng, fits)}
}

// fill returns the filling of a blank; known is false if there is no such blank.
func (s *slots) fill(blank string) (text string, known bool) {
	if text, known = s.filled[blank]; known {
		return text, true
	}
	if text = s.draw(blank); text == "" {
		return "", false
	}
	s.filled[blank] = s.distinct(blank, text)
	return s.filled[blank], true
}

func (s *slots) draw(blank string) string {
	for _, from := range []func(string, *rand.Rand) string{s.product.fill, s.fit.fill, fillCommon} {
		if text := from(blank, s.rng); text != "" {
			return text
		}
	}
	return ""
}

// distinct draws again while a second colour, city or product equals the first.
func (s *slots) distinct(blank, text string) string {
	for range 8 {
		first, numbered := firstOf[blank]
		if !numbered || text != s.filled[first] {
			return text
		}
		text = s.draw(blank)
	}
	return text
}

// firstOf names, for a blank that must differ from another, that other blank.
var firstOf = map[string]string{
	"colour": "colour2", "colour2": "colour", "item2": "item", "item3": "item2", "city2": "city", "day2": "day",
	"weather2": "weather", "order2": "order",
}

func (p product) fill(blank string, rng *rand.Rand) string {
	switch blank {
	case "item":
		return p.name
	case "fabric":
		return p.fabric
	case "price":
		return strconv.Itoa(p.price)
	case "price2":
		return strconv.Itoa(p.price + 100 + 10*rng.IntN(20))
	case "cost":
		return strconv.Itoa(p.price * 55 / 100)
	case "cost2":
		return strconv.Itoa(p.price * 48 / 100)
	case "colour", "colour2":
		return pick(rng, p.colours)
	}
	return ""
}

func (f fit) fill(blank string, rng *rand.Rand) string {
	switch blank {
	case "size":
		return f.size
	case "size2":
		return f.larger
	case "height", "height2":
		return strconv.Itoa(between(rng, f.height[0], f.height[1]))
	case "kg":
		return strconv.Itoa(between(rng, f.weight[0], f.weight[1]))
	case "jin":
		return strconv.Itoa(2 * between(rng, f.weight[0], f.weight[1]))
	}
	return ""
}

func fillCommon(blank string, rng *rand.Rand) string {
	if words, ok := wordSlots[blank]; ok {
		return pick(rng, words)
	}
	if span, ok := numberSlots[blank]; ok {
		return strconv.Itoa(between(rng, span[0], span[1]))
	}
	switch blank {
	case "item2", "item3":
		return pick(rng, products).name
	case "order", "order2":
		return fmt.Sprintf("%04d", rng.IntN(10000))
	case "stock":
		return strconv.Itoa(10 * between(rng, 2, 30))
	}
	return ""
}

var wordSlots = map[string][]string{
	"gift": gifts, "city": cities, "city2": cities, "courier": couriers, "ship": shippings, "days": waits,
	"days2": pastDays, "day": weekdays, "day2": weekdays, "clock": clocks, "hour": hours, "holiday": holidays,
	"weather": weathers, "weather2": weathers, "month": months,
	"off": {"10", "15", "20", "30", "50"}, "off2": {"60", "80", "100", "120"}, "full": {"199", "299", "399", "599"},
}

var numberSlots = map[string][2]int{
	"n": {2, 9}, "few": {2, 4}, "pct": {3, 19}, "priceb": {129, 469}, "pricec": {89, 399},
}
