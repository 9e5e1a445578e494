// SPDX-License-Identifier: Apache-2.0
import KafkaBridge
import Testing

@Suite struct KafkaConfigTests {
    @Test func `an unknown setting is refused by name`() {
        let config = KafkaConfig.consumer(bootstrap: "127.0.0.1:1", group: "g").merging(["no.such.setting": "1"])
        let error = #expect(throws: KafkaError.self) { try KafkaConsumer(config) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("no.such.setting") == true)
    }

    @Test(arguments: ["isolation.level", "transactional.id", "enable.auto.commit", "acks"])
    func `what exactly-once rests on cannot be configured away`(key: String) {
        let error = #expect(throws: KafkaError.self) {
            try KafkaConfig.base(bootstrap: "x").merging(user: [key: "anything"])
        }
        #expect(error?.message.contains(key) == true)
    }

    @Test func `security settings pass through to the library`() throws {
        let config = try KafkaConfig.producer(bootstrap: "127.0.0.1:1").merging(user: [
            "security.protocol": "sasl_ssl", "sasl.mechanisms": "SCRAM-SHA-512", "sasl.username": "u",
            "sasl.password": "p", "ssl.endpoint.identification.algorithm": "https",
        ])
        let producer = try KafkaProducer(config)
        #expect(producer.close())
    }

    @Test func `a description shows no secret`() throws {
        let config = try KafkaConfig.base(bootstrap: "x").merging(user: [
            "sasl.password": "hunter2", "ssl.key.password": "hunter2", "sasl.oauthbearer.client.secret": "hunter2",
            "ssl.key.pem": "hunter2",
        ])
        #expect(!config.description.contains("hunter2"))
        #expect(config.description.contains("bootstrap.servers=x"))
    }

    @Test func `every baseline is accepted by the library`() throws {
        let bootstrap = "127.0.0.1:1"
        #expect(try KafkaConsumer(.consumer(bootstrap: bootstrap, group: "g")).close())
        #expect(try KafkaProducer(.producer(bootstrap: bootstrap)).close())
        #expect(try KafkaProducer(.transactional(bootstrap: bootstrap, id: "t")).close())
        #expect(try KafkaAdmin(.base(bootstrap: bootstrap)).close())
    }
}
