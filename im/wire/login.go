package wire

// LoginRequest is the body of im_open_status.wslogin. Who logs in stands in the head: identifier and usersig at first,
// a2, tinyid and status_instid on a connection that replaces a lost one.
type LoginRequest struct {
	State      string `json:"State"` // "Online"
	IsUniApp   int    `json:"is_web_uniapp"`
	InstType   int    `json:"InstType"`
	CustomInfo string `json:"CustomInfo"`
}

// LoginReply answers im_open_status.wslogin.
type LoginReply struct {
	Result
	A2Key          string `json:"A2Key"`         // ticket for the head of all later requests
	TinyID         string `json:"TinyId"`        // decimal, one per user, first part of every message id
	HelloInterval  int    `json:"HelloInterval"` // seconds between wshello requests
	InstID         int64  `json:"InstId"`        // one per connection
	TimeStamp      int64  `json:"TimeStamp"`     // the service's clock; without it the client's message times are 0
	CustomStatus   string `json:"CustomStatus"`
	RichMsgAuthKey string `json:"RichMsgAuthKey"`
	PurchaseBits   string `json:"PurchaseBits,omitempty"` // up to 64 characters 0 or 1, lowest bit last
}

// Values of [LogoutRequest.Type].
const (
	LogoutByUser = 0
	LogoutKicked = 1
)

// LogoutRequest is the body of im_open_status.wslogout.
type LogoutRequest struct {
	Type int `json:"wslogout_type"`
}

// HelloReply answers im_open_status.wshello. ErrorCode 1002 with a KickType tells the client that it was kicked.
type HelloReply struct {
	Result
	KickType    int          `json:"KickType,omitempty"`
	NewInstInfo InstanceInfo `json:"NewInstInfo,omitempty"`
}

// PushAckRequest is the body of openim.ws_msg_push_ack, to which there is no reply.
type PushAckRequest struct {
	SessionData string `json:"SessionData"`
}
