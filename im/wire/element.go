package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Element types.
const (
	ElemText     = "TIMTextElem"
	ElemCustom   = "TIMCustomElem"
	ElemFace     = "TIMFaceElem"
	ElemLocation = "TIMLocationElem"
	ElemImage    = "TIMImageElem"
	ElemSound    = "TIMSoundElem"
	ElemFile     = "TIMFileElem"
	ElemVideo    = "TIMVideoFileElem"
	ElemRelay    = "TIMRelayElem"    // merged messages; content kept as it is
	ElemTip      = "TIMGroupTipElem" // a tip as an element, in rows of group_msg_get_simple; see [NewTipElement]
)

// MsgBody is the text of a MsgBody field exactly as it was sent: an array of elements in messages, an object in group
// tips, and now and then something else in the place of a deleted message. Nil is written as [].
type MsgBody json.RawMessage

// NewMsgBody encodes elements.
func NewMsgBody(elements ...Element) (MsgBody, error) {
	text, err := Marshal(List[Element](elements))
	return MsgBody(text), err
}

// MarshalJSON implements json.Marshaler.
func (b MsgBody) MarshalJSON() ([]byte, error) {
	if len(b) == 0 {
		return []byte("[]"), nil
	}
	return b, nil
}

// UnmarshalJSON implements json.Unmarshaler; it accepts every JSON value.
func (b *MsgBody) UnmarshalJSON(data []byte) error {
	*b = append((*b)[:0], data...)
	return nil
}

// IsArray tells whether the body is an array, as it must be in every message that is sent.
func (b MsgBody) IsArray() bool { return bytes.HasPrefix(bytes.TrimLeft(b, " \t\r\n"), []byte{'['}) }

// Elements returns the elements in order. What is not an array has none; an entry that is no element comes with an
// empty type and its text as content.
func (b MsgBody) Elements() []Element {
	var entries []json.RawMessage
	if err := json.Unmarshal(b, &entries); err != nil {
		return nil
	}
	elements := make([]Element, len(entries))
	for i, entry := range entries {
		if err := json.Unmarshal(entry, &elements[i]); err != nil {
			elements[i] = Element{MsgContent: entry}
		}
	}
	return elements
}

// Element is one part of a message. MsgContent is kept as it was sent.
type Element struct {
	MsgType    string          `json:"MsgType"`
	MsgContent json.RawMessage `json:"MsgContent"`
}

// NewElement encodes a content as an element. An [Unknown] content is passed through.
func NewElement(c Content) (Element, error) {
	if u, ok := c.(Unknown); ok {
		return Element(u), nil
	}
	text, err := Marshal(c)
	if err != nil {
		return Element{}, fmt.Errorf("encode element %s: %w", c.elemType(), err)
	}
	return Element{MsgType: c.elemType(), MsgContent: text}, nil
}

// Content decodes the content. A type that is not known here, and a content that does not fit its type, come as
// [Unknown].
func (e Element) Content() Content {
	switch e.MsgType {
	case ElemText:
		return decodeContent[Text](e)
	case ElemCustom:
		return decodeContent[Custom](e)
	case ElemFace:
		return decodeContent[Face](e)
	case ElemLocation:
		return decodeContent[Location](e)
	case ElemImage:
		return decodeContent[Image](e)
	case ElemSound:
		return decodeContent[Sound](e)
	case ElemFile:
		return decodeContent[File](e)
	case ElemVideo:
		return decodeContent[Video](e)
	}
	return Unknown(e)
}

func decodeContent[T Content](e Element) Content {
	var c T
	if err := json.Unmarshal(e.MsgContent, &c); err != nil {
		return Unknown(e)
	}
	return c
}

// Content is the content of an element: Text, Custom, Face, Location, Image, Sound, File, Video or Unknown.
type Content interface{ elemType() string }

// Text is plain text.
type Text struct {
	Text string `json:"Text"`
}

// Custom is an application's own element; every field is free text.
type Custom struct {
	Data  string `json:"Data"`
	Desc  string `json:"Desc"`
	Ext   string `json:"Ext"`
	Sound string `json:"Sound,omitempty"`
}

// Face is an emoticon of the application's own set.
type Face struct {
	Index int    `json:"Index"`
	Data  string `json:"Data"`
}

// Location is a place on the map.
type Location struct {
	Desc      string  `json:"Desc"`
	Latitude  float64 `json:"Latitude"`
	Longitude float64 `json:"Longitude"`
}

// Image is a picture in up to three sizes.
type Image struct {
	UUID           string          `json:"UUID"`
	ImageFormat    int             `json:"ImageFormat"` // 1 JPG, 2 GIF, 3 PNG, 4 BMP, 255 other
	ImageInfoArray List[ImageInfo] `json:"ImageInfoArray"`
}

// ImageInfo is one size of a picture.
type ImageInfo struct {
	Type   int    `json:"Type"` // 1 original, 2 large, 3 thumbnail
	Size   int64  `json:"Size"` // bytes
	Width  int    `json:"Width"`
	Height int    `json:"Height"`
	URL    string `json:"URL"`
}

// Sound is a voice message.
type Sound struct {
	URL          string `json:"Url"`
	UUID         string `json:"UUID"`
	Size         int64  `json:"Size"`   // bytes
	Second       int    `json:"Second"` // duration
	DownloadFlag int    `json:"Download_Flag"`
}

// File is a file.
type File struct {
	URL          string `json:"Url"`
	UUID         string `json:"UUID"`
	FileSize     int64  `json:"FileSize"` // bytes
	FileName     string `json:"FileName"`
	DownloadFlag int    `json:"Download_Flag"`
}

// Video is a short video with its cover.
type Video struct {
	VideoURL          string `json:"VideoUrl"`
	VideoUUID         string `json:"VideoUUID"`
	VideoSize         int64  `json:"VideoSize"`   // bytes
	VideoSecond       int    `json:"VideoSecond"` // duration
	VideoFormat       string `json:"VideoFormat"`
	VideoDownloadFlag int    `json:"VideoDownloadFlag"`
	ThumbURL          string `json:"ThumbUrl"`
	ThumbUUID         string `json:"ThumbUUID"`
	ThumbSize         int64  `json:"ThumbSize"` // bytes
	ThumbWidth        int    `json:"ThumbWidth"`
	ThumbHeight       int    `json:"ThumbHeight"`
	ThumbFormat       string `json:"ThumbFormat"`
	ThumbDownloadFlag int    `json:"ThumbDownloadFlag"`
}

// Unknown is an element of another type, or one whose content does not fit its type.
type Unknown Element

func (Text) elemType() string      { return ElemText }
func (Custom) elemType() string    { return ElemCustom }
func (Face) elemType() string      { return ElemFace }
func (Location) elemType() string  { return ElemLocation }
func (Image) elemType() string     { return ElemImage }
func (Sound) elemType() string     { return ElemSound }
func (File) elemType() string      { return ElemFile }
func (Video) elemType() string     { return ElemVideo }
func (u Unknown) elemType() string { return u.MsgType }
