package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// customerCount is how many customers the shop has.
const customerCount = 260

var staff = []Person{
	{Anchor, "小雨", RoleAnchor},
	{Assistant, "阿珍", RoleAssistant},
	{"assistant-mu", "木木", RoleAssistant},
	{Guide, "李想", RoleGuide},
	{"guide-chen", "陈晨", RoleGuide},
	{"guide-wang", "王可", RoleGuide},
	{"guide-zhao", "赵一", RoleGuide},
	{"guide-he", "何苗", RoleGuide},
	{"guide-sun", "孙悦", RoleGuide},
}

var suppliers = []Person{
	{"supply-liu", "面料厂刘姐", RoleCustomer},
	{"supply-deng", "物流小邓", RoleCustomer},
	{"supply-qian", "工厂老钱", RoleCustomer},
}

func isSupplier(p Person) bool { return strings.HasPrefix(p.ID, "supply-") }

// givenNicks are nicknames taken as they are; the rest is put together in madeNick.
const givenNicks = `林夏 周周 阿宁 小满 Leo 桃子 苏苏 陈默 许愿 安安 沐沐 乔乔 阿布 西西 晚晚 十一 丸子 知夏 念念 南枝
橙子 豆包 米粒 鹿鹿 朵朵 初七 三三 阿黎 小鱼儿 木子李 一只柚子 云朵 青禾 清欢 半夏 星河 晴天 露露 Momo Coco
Amy Vivian Tina Joy 糖糖 果冻 栗子 年糕 芋圆 布丁 奶盖 麦兜 大白 蛋挞 团子 汤圆 饭团 可可 花卷 泡芙
王女士 李姐 张阿姨 刘小姐 赵姐姐 陈太太 孙妈妈 何同学 杨老师 郑医生 高高 胡胡 罗罗 沈小姐 韩梅 方圆 程程 曹操心
贝贝妈 轩轩妈妈 豆豆妈 瑶瑶麻麻 一诺妈咪 二宝妈 小石头妈妈 米米爸 双胞胎妈妈 西瓜妈
不吃香菜 今天早睡 明天再说 下次一定 已读不回 随便看看 只买对的 先攒钱 又胖了两斤 减肥第一天 熬夜冠军 不想上班 准点下班
周五快来 人间清醒 岁月静好 平平淡淡 花开富贵 向日葵 海阔天空 春暖花开 云淡风轻 一帆风顺 心想事成 阳光正好 随遇而安
北北 南风 东篱 西窗 小城 山川 长安 江南 塞北 听雨 看海 追风 拾光 浅夏 深秋 初雪 暖阳 微凉 清晨 夜航船`

var (
	nickTastes  = []string{"爱吃", "爱喝", "戒不掉", "想念", "收集", "偷吃", "只爱"}
	nickThings  = []string{"火锅", "奶茶", "螺蛳粉", "橘子", "冰美式", "豆浆", "小笼包", "烤红薯", "杨梅", "糖葫芦", "拿铁", "麻薯"}
	nickOwners  = []string{"猫", "小熊", "鲸鱼", "企鹅", "兔子", "考拉", "刺猬", "水獭", "松鼠", "麻雀"}
	nickMoods   = []string{"慢半拍", "不着急", "睡不醒", "很认真", "有点困", "会发光", "爱逛街", "怕冷", "想放假", "话不多"}
	nickSmalls  = []string{"小", "阿", "大", "老"}
	nickWords   = []string{"晨", "雯", "琪", "娜", "敏", "洁", "倩", "萱", "蕾", "薇", "岚", "颖", "莹", "霞", "菲", "瑾", "璐", "婷"}
	nickSurname = []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭"}
	nickTails   = []string{"酱", "子", "同学", "女士", "姐", "宝", "在路上", "不加班"}
)

// newPeople returns the staff, the suppliers and the customers. The first customer ids go to the same nicknames in every
// shop, so that customer-001 is always 林夏.
func newPeople(rng *rand.Rand) []Person {
	people := append(append([]Person{}, staff...), suppliers...)
	taken := make(map[string]bool)
	for _, p := range people {
		taken[p.Nick] = true
	}
	nicks := strings.Fields(givenNicks)
	for i := range customerCount {
		nick := ""
		if i < len(nicks) {
			nick = nicks[i]
		}
		for nick == "" || taken[nick] {
			nick = madeNick(rng)
		}
		taken[nick] = true
		people = append(people, Person{fmt.Sprintf("customer-%03d", i+1), nick, RoleCustomer})
	}
	return people
}

func madeNick(rng *rand.Rand) string {
	switch rng.IntN(6) {
	case 0:
		return pick(rng, nickTastes) + pick(rng, nickThings) + "的" + pick(rng, nickOwners)
	case 1:
		return pick(rng, nickMoods) + "的" + pick(rng, nickOwners)
	case 2:
		return pick(rng, nickSmalls) + pick(rng, nickWords)
	case 3:
		return pick(rng, nickSurname) + pick(rng, nickWords) + pick(rng, nickWords)
	case 4:
		return pick(rng, nickThings) + pick(rng, nickTails)
	default:
		return pick(rng, cities) + pick(rng, nickSurname) + pick(rng, []string{"姐", "小姐", "女士", "阿姨"})
	}
}
