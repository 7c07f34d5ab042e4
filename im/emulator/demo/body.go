package demo

import (
	"encoding/json"
	"fmt"
	"strconv"

	"reddot/im/wire"
)

// orderCard is the Data of the custom element that stands for an order. The shape is the demo shop's own.
type orderCard struct {
	Type   string `json:"type"`
	Order  string `json:"order"`
	Title  string `json:"title"`
	Colour string `json:"colour"`
	Size   string `json:"size"`
	Count  int    `json:"count"`
	Amount string `json:"amount"` // yuan
	Status string `json:"status"`
}

var (
	orderStates = []string{"待付款", "待发货", "已发货", "已签收"}
	faces       = []string{"[微笑]", "[色]", "[赞]", "[玫瑰]", "[鼓掌]", "[大哭]", "[偷笑]", "[抱拳]"}
)

// special returns the body of what is not text.
func (c *cast) special(say string) (body json.RawMessage, ok bool) {
	switch say {
	case "<order>":
		return c.order(), true
	case "<face>":
		index := c.stage.rng.IntN(len(faces))
		return encode(wire.Face{Index: index, Data: faces[index]}), true
	case "<location>":
		return encode(wire.Location{Desc: "杭州市余杭区 云栖仓储 3 号库", Latitude: 30.3742, Longitude: 120.0191}), true
	default:
		return nil, false
	}
}

func (c *cast) order() json.RawMessage {
	rng, p := c.stage.rng, c.slots.product
	count := 1
	if chance(rng, 15) {
		count = 2
	}
	tail, _ := c.slots.fill("order")
	colour, _ := c.slots.fill("colour")
	size, _ := c.slots.fill("size")
	card := orderCard{
		Type: "reddot.order", Order: fmt.Sprintf("2%09d%s", rng.IntN(1e9), tail), Title: p.name,
		Colour: colour, Size: size, Count: count, Amount: strconv.Itoa(count*p.price) + ".00", Status: pick(rng, orderStates),
	}
	data, err := wire.Marshal(card)
	if err != nil {
		return textBody(p.name)
	}
	return encode(wire.Custom{Data: string(data), Desc: fmt.Sprintf("[订单] %s ×%d", p.name, count), Ext: "order"})
}

func textBody(text string) json.RawMessage { return encode(wire.Text{Text: text}) }

// encode makes the body of one element. The contents given here always encode; an empty body would be refused on import.
func encode(content wire.Content) json.RawMessage {
	element, err := wire.NewElement(content)
	if err != nil {
		return nil
	}
	body, err := wire.NewMsgBody(element)
	if err != nil {
		return nil
	}
	return json.RawMessage(body)
}
