// A workload's network as bytes in the ONNX format: Gather, LSTM, MatMul, Add, with drawn weights.

import protobuf from "protobufjs";

/** The part of the public onnx.proto (onnx/onnx, Apache-2.0) that such a network needs. */
const { root } = protobuf.parse(
  `
  syntax = "proto2";
  message Attribute { optional string name = 1; optional int64 i = 3; optional int32 type = 20; }
  message Node { repeated string input = 1; repeated string output = 2; optional string op_type = 4; repeated Attribute attribute = 5; }
  message Tensor { repeated int64 dims = 1; optional int32 data_type = 2; optional string name = 8; optional bytes raw_data = 9; }
  message Dimension { optional int64 dim_value = 1; }
  message Shape { repeated Dimension dim = 1; }
  message TensorType { optional int32 elem_type = 1; optional Shape shape = 2; }
  message Type { optional TensorType tensor_type = 1; }
  message ValueInfo { optional string name = 1; optional Type type = 2; }
  message Graph { repeated Node node = 1; optional string name = 2; repeated Tensor initializer = 5;
                  repeated ValueInfo input = 11; repeated ValueInfo output = 12; }
  message OperatorSet { optional string domain = 1; optional int64 version = 2; }
  message Model { optional int64 ir_version = 1; optional Graph graph = 7; repeated OperatorSet opset_import = 8; }
`,
  { keepCase: true },
);

const [FLOAT, INT64] = [1, 7];
const INT_ATTRIBUTE = 2;

/** Input "x": tokens [T, B] as int64, or features [T, B, inputSize]; output "y": logits [T, B, K], or hidden states [T, B, H]. */
export function onnxModel({ embedding, inputSize, H, K, B, T }) {
  const I = embedding?.[1] ?? inputSize;
  const bound = 1 / Math.sqrt(H);
  const features = embedding ? "embedded" : "x";
  const states = K ? "states" : "y";
  const axes = tensor("axes", INT64, [1], new BigInt64Array([1n]));
  const node = [
    ...(embedding ? [{ op_type: "Gather", input: ["table", "x"], output: ["embedded"] }] : []),
    {
      op_type: "LSTM",
      input: [features, "weightIh", "weightHh", "bias"],
      output: ["directions"],
      attribute: [{ name: "hidden_size", i: H, type: INT_ATTRIBUTE }],
    },
    { op_type: "Squeeze", input: ["directions", "axes"], output: [states] },
    ...(K
      ? [
          { op_type: "MatMul", input: ["states", "weightOut"], output: ["product"] },
          { op_type: "Add", input: ["product", "biasOut"], output: ["y"] },
        ]
      : []),
  ];
  const initializer = [
    axes,
    uniform("weightIh", [1, 4 * H, I], bound),
    uniform("weightHh", [1, 4 * H, H], bound),
    uniform("bias", [1, 8 * H], bound),
    ...(embedding ? [uniform("table", embedding, 1)] : []),
    ...(K ? [uniform("weightOut", [H, K], bound), uniform("biasOut", [K], bound)] : []),
  ];
  const graph = {
    name: "network",
    node,
    initializer,
    input: [valueInfo("x", embedding ? INT64 : FLOAT, embedding ? [T, B] : [T, B, inputSize])],
    output: [valueInfo("y", FLOAT, [T, B, K ?? H])],
  };
  const Model = root.lookupType("Model");
  return Model.encode(Model.fromObject({ ir_version: 8, opset_import: [{ domain: "", version: 14 }], graph })).finish();
}

function tensor(name, data_type, dims, { buffer }) {
  return { name, data_type, dims, raw_data: new Uint8Array(buffer) };
}

function uniform(name, dims, bound) {
  const length = dims.reduce((product, size) => product * size, 1);
  return tensor(
    name,
    FLOAT,
    dims,
    Float32Array.from({ length }, () => bound * (2 * Math.random() - 1)),
  );
}

function valueInfo(name, elem_type, sizes) {
  return { name, type: { tensor_type: { elem_type, shape: { dim: sizes.map((dim_value) => ({ dim_value })) } } } };
}
