package im

import "reddot/model"

// Noticed brings a notice of the service about a group. One that waited for a login comes after it.
type Noticed struct{ Notice model.GroupNotice }

func (Noticed) event() {}
