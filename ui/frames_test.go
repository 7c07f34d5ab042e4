package ui

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

func TestFrames(t *testing.T) {
	sizes := [][2]int{{40, 10}, {80, 24}, {120, 40}}
	for _, size := range sizes {
		for _, language := range []string{"zh", "en"} {
			t.Run(fmt.Sprintf("%s-%dx%d", language, size[0], size[1]), func(t *testing.T) {
				u := newUser(t, shop(), size[0], size[1], func(o *Options) { o.Language = language })
				u.press("enter")
				u.types("库存还有 6 件,想要的扣 1")
				golden.RequireEqual(t, u.golden())
			})
		}
	}
}
