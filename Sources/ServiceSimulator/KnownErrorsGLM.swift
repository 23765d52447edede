extension KnownError {
  /// By the provider's list of codes; the list has them in Chinese or English.
  static let glm: [KnownError] =
    ["1000", "1001", "1002", "1003", "1004"].map {
      usual(.glm, 401, $0, "身份验证失败", .none)
    }
    + [
      usual(.glm, 400, "1210", "API 调用参数有误，请检查文档", .changeRequest),
      usual(.glm, 400, "1211", "模型不存在，请检查模型代码", .none),
      usual(.glm, 400, "1212", "当前模型不支持该调用方式", .none),
      usual(.glm, 400, "1213", "未正常接收到参数 file", .changeRequest),
      usual(.glm, 400, "1214", "参数非法：音频时长超过 30 秒", .split),
      usual(.glm, 400, "1214", "file size exceeds 25 MB", .split),
      usual(.glm, 400, "1214", "不支持的音频格式", .changeRequest),
      usual(.glm, 400, "1215", "参数不能同时设置", .changeRequest),
      usual(.glm, 400, "1220", "您无权访问该模型", .none),
      usual(.glm, 400, "1221", "API 已下线", .none),
      usual(.glm, 400, "1222", "API 不存在", .none),
      usual(.glm, 400, "1261", "Prompt 超长", .changeRequest),
      usual(.glm, 400, "1301", "系统检测到输入或生成内容可能包含不安全或敏感内容", .skip),
      usual(.glm, 429, "1112", "账户异常，已被锁定", .none),
      usual(.glm, 429, "1113", "Insufficient balance", .none),
      usual(.glm, 429, "1121", "账户已被锁定", .none),
      usual(.glm, 429, "1304", "调用次数已达当日上限", .none),
      usual(.glm, 429, "1308", "已达到使用上限", .none),
      usual(.glm, 429, "1309", "套餐已到期", .none),
      usual(.glm, 429, "1310", "已达到每周使用上限", .none),
      usual(.glm, 429, "1311", "当前套餐未包含该模型", .none),
      usual(.glm, 429, "1313", "账户使用受限", .none),
      usual(.glm, 429, "1302", "您当前使用该 API 的并发数过高", .repeatLater, retryAfter: "1"),
      usual(.glm, 429, "1303", "您当前使用该 API 的频率过高", .repeatLater),
      usual(.glm, 429, "1305", "当前 API 请求过多，请稍后重试", .repeatLater),
      usual(.glm, 429, "1312", "该模型当前访问量过大", .repeatLater),
      usual(.glm, 434, "434", "无 API 权限", .none),
      usual(.glm, 435, "435", "文件大小超过 100MB", .split),
      usual(.glm, 500, "500", "内部错误", .repeatOnce),
      usual(.glm, 500, "1120", "无法成功访问您的账户，请稍后重试", .repeatOnce),
      usual(.glm, 500, "1230", "API 调用流程出错", .repeatOnce),
      usual(.glm, 500, "1234", "网络错误，请稍后重试", .repeatOnce),
    ]
}
