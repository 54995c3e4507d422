import type { Division } from "./grammar.js";

/** Names of cities; most that are held out share a character with one that is shown. */
export const cities: Division = {
  shown: /* @__PURE__ */ split(
    "台北 高雄 台中 上海 北京 天津 重庆 广州 深圳 成都 杭州 南京 武汉 西安 青岛 大连 沈阳 长春 昆明 桂林 厦门 福州",
    "长沙 郑州 济南 合肥 兰州 海口 三亚 拉萨 香港 澳门 东京 大阪 京都 首尔 釜山 曼谷 河内 孟买 迪拜 开罗 巴黎 伦敦",
    "柏林 罗马 纽约 悉尼 哈尔滨 名古屋 新加坡 吉隆坡 雅加达 马尼拉 新德里 马德里 里斯本 维也纳 莫斯科 布拉格",
    "洛杉矶 旧金山 西雅图 芝加哥 波士顿 多伦多 温哥华 墨尔本 布达佩斯 哥本哈根",
  ),
  heldOut: /* @__PURE__ */ split(
    "台南 新竹 苏州 温州 宁波 南宁 南昌 贵阳 洛阳 太原 烟台 珠海 西宁 银川 福冈 广岛 札幌 横滨 里昂 米兰 马赛 雅典",
    "华沙 多哈 达拉斯 连云港 波尔多 伯尔尼 马拉加 布里斯班",
  ),
};

export const airlines = /* @__PURE__ */ split(
  "国航 东航 南航 海航 厦航 川航 春秋航空 吉祥航空 国泰航空 长荣航空 中华航空 星宇航空 日本航空 全日空 大韩航空",
  "亚洲航空 泰国航空 越南航空 卡塔尔航空 土耳其航空 汉莎航空 法国航空 英国航空 荷兰航空",
);

function split(...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(" "));
}
